import { factsFrom, NO_TARGET, type Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { stillAsSeen, type ClusterChoices } from '@pawl/steps-etcd';
import { choicesOf, preflightFacts, RUN, type Seen } from './helpers/a-cluster';
import { fakeHands, type FakeWorld } from '../../../test/machines/fake-hands';

const SUM = `${'a'.repeat(64)}  -\n`;
const A = { run: 'okd-20261120-1', outcome: 'completed', at: '2026-11-20T03:00:00Z' };

/** A migration that went no further than preflight is resumed, and its hosts say this. */
const planting = (world: FakeWorld, change: (seen: Seen) => void = () => undefined): Promise<void> => {
  const seen = preflightFacts();
  for (const facts of Object.values(seen['preflight/fences'] ?? {})) Object.assign(facts, { ended: {} });
  change(seen);
  const read = (_: string, argv: readonly string[]): string =>
    String(argv).includes('sha256sum') ? SUM : '';
  const task = { run: RUN, choices: choicesOf(), facts: factsFrom(seen), target: NO_TARGET };
  return stillAsSeen({ ...task, hands: fakeHands({ read, ...world }) } as unknown as Task<
    ClusterChoices,
    ReadHands
  >);
};

test('nothing has happened since: it goes on', async () => {
  await planting({});
  await planting({ closed: { etcd1: [{ run: RUN, outcome: 'abandoned' }] } });
});

test('another run has come to its end there since: refused, nothing was changed', async () => {
  await expect(planting({ closed: { etcd2: [A] } })).rejects.toMatchObject({
    name: 'StepRefused',
    code: 'E_PREFLIGHT_OLD',
    message: `the cluster has changed since preflight: on etcd2 ${A.run} came to an end`,
    hint: expect.stringContaining(`pawl rollback ${RUN}`) as unknown,
  });
});

test('one whose record preflight saw has been taken back since: refused', async () => {
  const saw = (seen: Seen): void => {
    Object.assign(seen['preflight/fences']?.['etcd2'] ?? {}, { ended: { [A.run]: `completed ${A.at}` } });
  };
  await planting({ closed: { etcd2: [A] } }, saw);
  await expect(planting({ closed: { etcd2: [{ ...A, outcome: 'rolled-back' }] } }, saw)).rejects.toThrow(
    `on etcd2 ${A.run} came to an end`,
  );
  await expect(planting({}, saw)).rejects.toThrow('on etcd2 records are gone');
});

test('a master is set up otherwise, by whomever: refused', async () => {
  const read = (host: string, argv: readonly string[]): string =>
    String(argv).includes('sha256sum') ? (host === 'master2' ? SUM.replaceAll('a', 'b') : SUM) : '';
  await expect(planting({ read })).rejects.toThrow(
    'on master2 /etc/origin/master/master-config.yaml is another one',
  );
});

test('an earlier build’s preflight saw no records: masters alone are asked', async () => {
  const old = (seen: Seen): void => {
    for (const facts of Object.values(seen['preflight/fences'] ?? {})) Reflect.deleteProperty(facts, 'ended');
  };
  await planting({ closed: { etcd2: [A] } }, old);
});
