import { StepBlocked, type Phase, type Task } from '@pawl/engine';
import { compareWithV3, OAUTH_PREFIXES, v3State, walkV3 } from '@pawl/etcd';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { asFacts, firstEtcdHost } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { etcdHost } from '../facts';
import { hostTime } from '../host-time';
import { manifestOfRun } from '../manifest-of-run';

/** Exit code and health prove nothing (a truncated WAL migrates 4 of 14 keys with exit 0): the data itself is compared. */
export const verifyV3: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'verify-v3',
  title: 'Compare v3 with what v2 held, key by key, both ways',
  wayBack: 'The originals are put back.',
  rollbackAt: 'masters-down',
  steps: [
    readStep<OkdChoices>({
      name: 'compare',
      title: 'Every v2 leaf is in v3, and v3 holds nothing else',
      verify:
        'value and both indices of every key are equal; only keys whose time has passed are excused, by name',
      deadlineMs: 900_000,
      retry: { attempts: 2, delayMs: 2_000 },
      describe: () => [
        '# etcdctl txn (get --from-key, 500 a page, serializable) on the migration host; compare with the manifest',
      ],
      run: async (task) => asFacts(await compare(task)),
    }),
  ],
};

async function compare(task: Task<OkdChoices, ReadHands>): Promise<object> {
  const name = firstEtcdHost(task);
  const host = task.hands.on(name);
  const { settings } = etcdHost(task, name);
  const manifest = await manifestOfRun(task);
  const { revision, keys } = await v3State(host, settings);
  const entries = walkV3(host, settings, { revision, secretPrefixes: OAUTH_PREFIXES, signal: task.signal });
  const result = await compareWithV3(manifest, entries, { now: await hostTime(host) });
  if (!result.equal)
    throw new StepBlocked(
      'E_V3_DIFFERS',
      `v3 does not hold what v2 held: ${result.differences} differences in ${result.compared} keys`,
      {
        hint: 'Nothing is lost: the originals are untouched. Go back to v2 (docs/operating.md), and look at the differences before trying again.',
        facts: { differences: asFacts(result.shown), revision, keys },
      },
    );
  return { revision, keys, compared: result.compared, expired: result.expired };
}
