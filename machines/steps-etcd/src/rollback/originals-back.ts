import { StepBlocked, type Phase } from '@pawl/engine';
import { ORIGINAL_FILES, putBack, sameOriginalsScript, setNewAside, type SetAsideOptions } from '@pawl/etcd';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { livingEtcdHosts } from '../hosts-of';
import { layoutOf } from '../layout-of';
import { readRecord, recordPath } from '../run-folder';

/**
 * Renames alone: what was made moves away, what was set aside returns. Nothing is deleted, nothing is written.
 *
 * @param recordedBy the step that sets them aside, `'phase/step'`: its outcome holds the list of their files
 */
export const originalsBack = (
  recordedBy: string,
  options: SetAsideOptions = {},
): Phase<ClusterChoices, ReadHands, WorkHands> => ({
  name: 'originals-back',
  title: 'The originals return to their place',
  wayBack: '',
  steps: [
    guardedStep<ClusterChoices, undefined>({
      name: 'set-new-aside',
      title: 'What stands in their place moves away, and is kept',
      targets: livingEtcdHosts,
      undoneBy: 'kept',
      verify: 'no directory stands where an original belongs',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      change: (scope, target) => setNewAside(layoutOf(scope, target)),
    }),
    guardedStep<ClusterChoices, undefined>({
      name: 'rename-back',
      title: 'Each original is renamed back',
      targets: livingEtcdHosts,
      undoneBy: 'kept',
      verify: 'every file of the original has the size and time that were recorded before it was set aside',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      change: (scope, target) => putBack(layoutOf(scope, target), options),
      prove: async (task) => {
        const { hands, run, target } = task;
        // Where somebody has removed the record, the journal has it.
        const journaled = task.facts.find(recordedBy, target)?.['files'];
        const recorded = (await readRecord(task, target, ORIGINAL_FILES)) ?? journaled;
        if (typeof recorded !== 'string') return { setAside: false };
        const script = sameOriginalsScript(layoutOf(task, target), recorded);
        if ((await hands.on(target).readScript(script)).exit === 0) return { setAside: true, same: true };
        throw new StepBlocked(
          'E_ORIGINAL_CHANGED',
          `${target}: the original is not what was set aside: its files differ from the record`,
          {
            where: `${target}:${recordPath(run, ORIGINAL_FILES)}`,
            hint: 'Somebody wrote to it. etcd has not been started: compare it with the backup beside it before anything else.',
          },
        );
      },
    }),
  ],
});
