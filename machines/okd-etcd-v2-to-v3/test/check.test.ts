import { HostError, type Fence } from '@pawl/hosts';
import { check } from '../src';
import { choicesOf } from './helpers/a-cluster';
import { fakeHands } from '../../../test/machines/fake-hands';

const fence: Fence = {
  run: 'okd-20261120-1',
  claim: 'c',
  owner: 'jo@elsewhere',
  database: '/home/jo/.local/state/pawl/pawl.db',
  since: '2026-11-20T10:00:00Z',
  phase: 'converge',
};
const unreachable = (host: string): HostError =>
  new HostError('E_UNREACHABLE', `${host} can't be reached`, { host, hint: 'Is it up?' });

test('a host that another run holds: whose, since when, where its database lies, and no more is asked', async () => {
  const hands = fakeHands({ fences: { etcd2: fence, master1: fence } });
  const { findings, alreadyCompleted } = await check(choicesOf(), hands);
  expect(findings.map(({ code, host, level }) => [code, host, level])).toEqual([
    ['E_FENCED', 'etcd2', 'refusal'],
    ['E_FENCED', 'master1', 'refusal'],
  ]);
  expect(findings[0]?.message).toBe(
    'held by the run okd-20261120-1 of jo@elsewhere since 2026-11-20T10:00:00Z, phase converge',
  );
  expect(findings[0]?.hint).toContain(fence.database);
  expect(alreadyCompleted).toBeUndefined();
  const isOfFences = (question: string): boolean => / fence$| closed$|pawl-hold\.conf/.test(question);
  expect(hands.asked.filter((question) => !isOfFences(question))).toEqual([]);
});

test('a host that can’t be reached is said once, and the others are still looked at', async () => {
  const hands = fakeHands({
    fences: { etcd2: unreachable('etcd2') },
    read: (host) => (host === 'etcd3' ? new HostError('E_SUDO', 'sudo wants a password', { host }) : {}),
  });
  const { findings } = await check(choicesOf(), hands);
  expect(findings.filter(({ host }) => host === 'etcd2').map(({ code, hint }) => [code, hint])).toEqual([
    ['E_UNREACHABLE', 'Is it up?'],
  ]);
  expect(findings.find(({ host }) => host === 'etcd3')).toMatchObject({
    code: 'E_SUDO',
    hint: 'Repair this, then check again.',
  });
  expect(hands.asked.some((question) => question.startsWith('master2 systemctl'))).toBe(true);
  expect(hands.asked.filter((question) => question.startsWith('etcd2 '))).toEqual(['etcd2 fence']);
});

test('what depends on every host is not asked while one is not known', async () => {
  const hands = fakeHands({ fences: { master2: unreachable('master2') } });
  const { facts } = await check(choicesOf(), hands);
  expect(Object.keys(facts)).not.toContain('preflight/cluster');
  expect(hands.asked.filter((question) => question.includes('etcdctl'))).toEqual([]);
});

test('a fault of ours is no finding', async () => {
  const hands = fakeHands({ fences: { etcd1: new TypeError('a fault') } });
  await expect(check(choicesOf(), hands)).rejects.toThrow('a fault');
});
