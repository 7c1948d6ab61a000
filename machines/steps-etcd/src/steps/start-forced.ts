import { StepBlocked, StepFailed, type Task } from '@pawl/engine';
import { dataDirFacts, forceNewClusterDropin, snapshotCountFor } from '@pawl/etcd';
import { guardedStep, type GuardedStep, type ReadHands } from '@pawl/fleet';
import { startUnit } from '@pawl/hosts';
import type { Scope } from '@pawl/engine';
import { sequence } from '../changes/sequence';
import type { ClusterChoices } from '../cluster-choices';
import { etcdSetup } from '../facts';
import { etcdHosts, firstEtcdHost } from '../hosts-of';
import { layoutOf } from '../layout-of';
import { until } from '../until';
import { alone } from './alone';
import { comesUp } from './comes-up';
import { stillHeld } from './still-held';

export interface ForcedStart {
  readonly title: string;
  readonly verify: string;
  /**
   * Where joiners must be fed by a snapshot: the raft index of the stopped member, from which it is known when one is written, or
   * undefined while it is not known. Left out where the log alone holds everything.
   */
  readonly stoppedAt?: (scope: Scope<ClusterChoices>) => number | undefined;
}

/** Written and started in one job: a crash in between would leave a drop-in under /run that a later start would obey. */
export function startForced({ title, verify, stoppedAt }: ForcedStart): GuardedStep<ClusterChoices> {
  return guardedStep<ClusterChoices, undefined>({
    name: 'start-forced',
    title,
    targets: (scope) => [firstEtcdHost(scope)],
    undoneBy: 'force-gone/remove-force',
    verify,
    deadlineMs: 900_000,
    retry: { attempts: 2, delayMs: 2_000 },
    // Beside the one that is forced nothing may be up: not itself, in a second try, but the others.
    first: (task) => stillHeld(task, etcdHosts(task).slice(1)),
    change: (scope, target) => {
      const { unit } = etcdSetup(scope, target).settings;
      const snapshotCount = countAt(stoppedAt?.(scope));
      return sequence('start etcd once with force-new-cluster', [
        forceNewClusterDropin(unit, snapshotCount === null ? {} : { snapshotCount }),
        startUnit(unit, { wait: false }),
      ]);
    },
    prove: async (task) => {
      const seen = await comesUp(task, () => alone(task));
      if (!seen.up)
        throw new StepFailed(
          'E_NOT_FORMED',
          `${task.target}: etcd does not form a cluster of its own: ${seen.said}`,
          {
            hint: 'Mend what its log says (`journalctl -u etcd` on that host), and resume: it is started again, by this run alone. Don’t start it by hand: until this step is done its next start forces a new cluster. Nothing is lost: the originals are untouched, and the way back is open.',
            facts: seen.facts,
          },
        );
      if (stoppedAt === undefined) return { said: seen.said };
      return { said: `${seen.said}, ${await provenSnap(task)}` };
    },
  });
}

/**
 * Whether a `.snap` is there already or not: one that was being written when the host went down is found torn, and put aside, by the
 * next start; and one that the log does not name is passed over. Where a good one stands, the count is reached by none.
 */
const countAt = (stopped: number | undefined): number | null =>
  stopped === undefined ? null : snapshotCountFor(stopped);

async function snaps(task: Task<ClusterChoices, ReadHands>): Promise<number> {
  const { member } = layoutOf(task, task.target);
  return (await dataDirFacts(task.hands.on(task.target), member)).snapIndices.length;
}

/** Written at the start, by the count that was set for it, beside the work of serving: a dump of the whole v2 store. */
const SNAP_WITHIN_MS = 120_000;

async function provenSnap(task: Task<ClusterChoices, ReadHands>): Promise<string> {
  const snap = await until(task.signal, SNAP_WITHIN_MS, async () => {
    const count = await snaps(task);
    return { ready: count > 0, said: `${count} .snap` };
  });
  if (snap.ready) return snap.said;
  throw new StepBlocked(
    'E_NOT_FORMED',
    `${task.target}: etcd is up and writes no v2 .snap, as if its log were shorter than the one that was stopped`,
    {
      hint: 'The work copy is damaged, or somebody started etcd on it before. Nothing is lost: the originals are untouched; go back to v2 (docs/operating.md).',
    },
  );
}
