import { factsFrom, StepBlocked } from '@pawl/engine';
import { HostError } from '@pawl/hosts';
import { allHeld, stillHeld } from '@pawl/steps-etcd';
import { choicesOf, preflightFacts, RUN } from './helpers/a-cluster';
import { fakeHands } from '../../../test/machines/fake-hands';
import { unitsSay, type UnitIs } from './helpers/units-say';

type World = Readonly<Record<string, UnitIs | Error>>;

/** By `host unit`; what is left out is held. */
function look(world: World, etcd?: readonly string[]) {
  const hands = fakeHands({
    read: (host, argv) => {
      const down = world[host];
      if (down instanceof Error) return down;
      return unitsSay(argv, (unit) => (world[`${host} ${unit}`] as UnitIs | undefined) ?? 'held') ?? {};
    },
  });
  const task = { run: RUN, choices: choicesOf(), facts: factsFrom(preflightFacts()), hands };
  return etcd === undefined ? allHeld(task) : stillHeld(task, etcd);
}

test('all as it was left: it goes on', async () => {
  await expect(look({})).resolves.toBeUndefined();
});

test.each<readonly [string, World, RegExp]>([
  [
    'a master runs',
    { 'master2 origin-master-api.service': 'running' },
    /^master2: origin-master-api.service is active\/running: this run/,
  ],
  ['etcd runs', { 'etcd3 etcd.service': 'running' }, /^etcd3: etcd.service is active\/running/],
  [
    'a hold is gone, nothing runs',
    { 'etcd1 etcd.service': 'stopped' },
    /^etcd1: etcd.service is stopped and not held/,
  ],
  [
    'two at once',
    { 'master1 origin-master-api.service': 'running', 'etcd1 etcd.service': 'failed' },
    /^master1: .*; etcd1: etcd.service is stopped and not held/,
  ],
])('%s: blocked', async (_, world, says) => {
  await expect(look(world)).rejects.toMatchObject({
    code: 'E_NOT_HELD',
    message: expect.stringMatching(says) as string,
  });
});

test('says the way back, and how each is held again', async () => {
  const blocked: unknown = await look({ 'etcd2 etcd.service': 'running' }).catch((error: unknown) => error);
  const hint = blocked instanceof StepBlocked ? blocked.hint : '';
  expect(hint).toContain(`\`pawl rollback ${RUN}\``);
  expect(hint).toContain(
    "on etcd2 `mkdir -p /etc/systemd/system/etcd.service.d && printf '[Unit]\\nAssertPathExists=/var/lib/pawl/never-created\\n' >/etc/systemd/system/etcd.service.d/00-pawl-hold.conf && systemctl daemon-reload && systemctl stop etcd.service`",
  );
});

test('etcd is asked after where it is to be down, and nowhere else', async () => {
  await expect(look({ 'etcd1 etcd.service': 'running' }, ['etcd2', 'etcd3'])).resolves.toBeUndefined();
});

test('a host that does not answer is no sign of a hand; any other error is one of its own', async () => {
  const error = (code: 'E_UNREACHABLE' | 'E_SUDO'): Error => new HostError(code, 'no', { host: 'master1' });
  await expect(look({ master1: error('E_UNREACHABLE') })).resolves.toBeUndefined();
  await expect(look({ master1: error('E_SUDO') })).rejects.toMatchObject({ code: 'E_SUDO' });
});
