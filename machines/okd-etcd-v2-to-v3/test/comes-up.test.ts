import { factsFrom } from '@pawl/engine';
import { comesUp, type CameUp } from '@pawl/steps-etcd';
import { choicesOf, preflightFacts, RUN } from './helpers/a-cluster';
import { fakeHands } from '../../../test/machines/fake-hands';
import { unitsSay, type UnitIs } from './helpers/units-say';

const LOG = `snapshot count = 100000
cannot open database at /var/lib/etcd/member/snap/db (open /var/lib/etcd/member/snap/db: permission denied)
etcd.service: Failed with result 'exit-code'.
`;

/** @param pids of the unit's process, look after look; 0: there is none, and how the unit is then */
async function watch(pids: readonly number[], readyAt: number, without: UnitIs = 'failed'): Promise<CameUp> {
  let looks = 0;
  const hands = fakeHands({
    read: (_, argv) => {
      const pid = pids[Math.min(looks, pids.length) - 1] ?? 0;
      const said = unitsSay(argv, () => (pid === 0 ? without : 'running'));
      return argv[0] === 'journalctl' ? LOG : (said?.replaceAll('4711', String(pid)) ?? '');
    },
  });
  const intent = { id: 'x', run: RUN, seq: 1, phase: 'p', step: 's', target: 'etcd1', attempt: 1 };
  const task = {
    run: RUN,
    choices: choicesOf(),
    facts: factsFrom(preflightFacts()),
    target: 'etcd1',
    hands,
    intent,
  };
  return comesUp({ ...task, signal: new AbortController().signal, progress: () => undefined }, () => {
    looks += 1;
    return Promise.resolve({ ready: looks >= readyAt, said: 'not healthy' });
  });
}

test('waited for while its process runs', async () => {
  expect(await watch([7, 7, 7], 3)).toEqual({ up: true, said: 'not healthy', facts: {} });
});

test('not waited for where systemd has given it up: its log says why', async () => {
  expect(await watch([7, 0], 9)).toEqual({
    up: false,
    said: 'it ended, and systemd has given it up; its log: cannot open database at /var/lib/etcd/member/snap/db (open /var/lib/etcd/member/snap/db: permission denied)',
    facts: { log: LOG.trim().split('\n') },
  });
});

test('nor where its process ends again and again', async () => {
  const { up, said } = await watch([1, 2, 3, 4, 5, 6, 7, 8, 9], 20);
  expect([up, said]).toEqual([
    false,
    expect.stringMatching(/^it ends again and again; its log: cannot open/),
  ]);
});

test('nor where it is held and its host was booted since; while the forcing lifts the hold, it is', async () => {
  expect(await watch([0], 3, 'held')).toMatchObject({
    up: false,
    said: expect.stringMatching(/^it is held, and nothing starts it/) as unknown,
  });
  expect(await watch([0, 0, 7], 3, 'forced')).toMatchObject({ up: true });
});
