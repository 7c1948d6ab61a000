import { factsFrom, type JsonObject, type Task } from '@pawl/engine';
import type { WorkHands } from '@pawl/fleet';
import { HostError } from '@pawl/hosts';
import { mastersDown, requireLast, type ClusterChoices } from '@pawl/steps-etcd';
import { fakeHands, type FakeWorld } from '../../../test/machines/fake-hands';
import { requireLastSeen } from '../src/embed/require-last';
import { choicesOf } from './helpers/a-cluster';

const RUN = 'okd-20261120-1';
const ENDED = { run: RUN, outcome: 'completed', at: '2026-11-20T10:00:00Z' };
type Closed = NonNullable<FakeWorld['closed']>;

const scope = (dead: readonly string[] = []) => ({
  ...{ run: RUN, choices: choicesOf(), facts: factsFrom({}), said: { dead, remove: [] } },
});
const asked = (closed: Closed, dead: readonly string[] = [], hands = fakeHands({ closed })) =>
  requireLast(scope(dead), hands);
const later = (run: string, outcome = 'completed', at = '2026-11-21T10:00:00Z'): Closed => ({
  etcd2: [ENDED, { run, outcome, at }],
});

test.each([['restore-20261121-1'], ['okd-20261121-1'], ['a-name-of-their-own']])(
  '%s has completed since: refused, and it is named',
  async (run) => {
    await expect(asked(later(run))).rejects.toMatchObject({
      code: 'E_ENDED',
      where: `etcd2:/var/lib/pawl/runs/${run}/closed`,
      hint: expect.stringContaining(`Take ${run} back first`) as unknown,
      facts: { run: RUN, host: 'etcd2', later: run, at: '2026-11-21T10:00:00Z' },
    });
  },
);

test.each<readonly [string, Closed]>([
  ['nothing else ended there', { etcd2: [ENDED] }],
  ['the other was taken back', later('okd-20261121-1', 'rolled-back')],
  ['the other was before', later('restore-20261119-1', 'completed', '2026-11-19T10:00:00Z')],
  ['the other proved backups', later('backup-check-20261121-1')],
])('%s: nothing is in the way', async (_, closed) => {
  await expect(asked(closed)).resolves.toBeUndefined();
});

test('one that preflight has seen there was before, whatever a clock that was set back says', async () => {
  const seen = (ended: JsonObject) => ({ 'preflight/fences': { etcd2: { holder: null, ended } } });
  const hands = fakeHands({ closed: later('restore-20261119-1') });
  const ask = (ended: JsonObject) => requireLast({ ...scope(), facts: factsFrom(seen(ended)) }, hands);
  await expect(ask({ 'restore-20261119-1': 'completed 2026-11-21T10:00:00Z' })).resolves.toBeUndefined();
  await expect(ask({})).rejects.toMatchObject({ code: 'E_ENDED' });
});

test('a host that is dead is not asked', async () => {
  const hands = fakeHands({ closed: later('restore-20261121-1') });
  await expect(asked({}, ['etcd2'], hands)).resolves.toBeUndefined();
  expect(hands.asked).not.toContain('etcd2 closed');
});

test('one that does not answer says nothing before the way back, and stops it once it has begun', async () => {
  const deaf = {
    ...fakeHands(),
    closedRuns: async () => Promise.reject(new HostError('E_UNREACHABLE', 'dark', { host: 'etcd2' })),
  };
  await expect(requireLastSeen(scope(), deaf)).resolves.toBeUndefined();
  await expect(asked({}, [], deaf)).rejects.toMatchObject({ code: 'E_UNREACHABLE' });
});

test('a record that is damaged is never passed over', async () => {
  const damaged = {
    ...fakeHands(),
    closedRuns: async () => Promise.reject(new HostError('E_JOBS_UNREADABLE', 'torn', { host: 'etcd2' })),
  };
  await expect(requireLastSeen(scope(), damaged)).rejects.toMatchObject({ code: 'E_JOBS_UNREADABLE' });
});

test('the first step of a way back looks before it takes the first host', async () => {
  const [first] = mastersDown(() => '', '').steps;
  const planted: string[] = [];
  const taskOn = (closed: Closed): Task<ClusterChoices, WorkHands> => {
    const plant: WorkHands['fences']['plant'] = async (hosts) => void planted.push(...hosts);
    const hands = { ...fakeHands({ closed }), fences: { plant } };
    return { ...scope(['etcd1']), hands } as unknown as Task<ClusterChoices, WorkHands>;
  };
  if (first?.kind !== 'effect') throw new Error('it takes no host');
  await expect(first.run(taskOn(later('restore-20261121-1')))).rejects.toMatchObject({ code: 'E_ENDED' });
  expect(planted).toEqual([]);
  await first.run(taskOn(later('restore-20261121-1', 'rolled-back')));
  expect(planted).toContain('etcd2');
});
