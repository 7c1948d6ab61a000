import { factsFrom } from '@pawl/engine';
import { HostError } from '@pawl/hosts';
import { fakeHands, type FakeWorld } from '../../../../test/machines/fake-hands';
import { requireLast } from '../../src/embed/require-last';
import { choicesOf } from '../helpers/a-cluster';

const RUN = 'okd-20261120-1';
const ENDED = { run: RUN, outcome: 'completed', at: '2026-11-20T10:00:00Z' };
type Closed = NonNullable<FakeWorld['closed']>;

const asked = (closed: Closed, dead: readonly string[] = [], hands = fakeHands({ closed })) =>
  requireLast({ run: RUN, choices: choicesOf(), facts: factsFrom({}), said: { dead, remove: [] } }, hands);
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

test('a host that is dead is not asked, and one that does not answer says nothing', async () => {
  const hands = fakeHands({ closed: later('restore-20261121-1') });
  await expect(asked({}, ['etcd2'], hands)).resolves.toBeUndefined();
  expect(hands.asked).not.toContain('etcd2 closed');
  const deaf = {
    ...hands,
    closedRuns: async () => Promise.reject(new HostError('E_UNREACHABLE', 'dark', { host: 'etcd2' })),
  };
  await expect(asked({}, [], deaf)).resolves.toBeUndefined();
});
