import { dirname } from 'node:path';
import { StepBlocked, type Phase, type Task } from '@pawl/engine';
import {
  ORIGINAL_FILES,
  originalGoneScript,
  putBack,
  sameOriginalsScript,
  setNewAside,
  type RunLayout,
  type SetAsideOptions,
} from '@pawl/etcd';
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
        const { hands, target } = task;
        // Where somebody has removed the record, the journal has it.
        const journaled = task.facts.find(recordedBy, target)?.['files'];
        const recorded = (await readRecord(task, target, ORIGINAL_FILES)) ?? journaled;
        if (typeof recorded !== 'string') return { setAside: false };
        const layout = layoutOf(task, target);
        const script = sameOriginalsScript(layout, recorded);
        if ((await hands.on(target).readScript(script)).exit === 0) return { setAside: true, same: true };
        const isGone = (await hands.on(target).readScript(originalGoneScript(layout, recorded))).exit === 0;
        throw isGone ? gone(task, layout) : changed(task);
      },
    }),
  ],
});

type Where = Pick<Task<ClusterChoices, ReadHands>, 'run' | 'target'>;

function changed({ run, target }: Where): StepBlocked {
  return new StepBlocked(
    'E_ORIGINAL_CHANGED',
    `${target}: the original is not what was set aside: its files differ from the record`,
    {
      where: `${target}:${recordPath(run, ORIGINAL_FILES)}`,
      hint: 'Somebody wrote to it. etcd has not been started: find out what was done to it before anything else. A migration has left a copy of it beside it, in the run’s folder.',
    },
  );
}

/** The steps before this one are not taken again: so it goes where it belongs, by hand. */
function gone({ run, target }: Where, { original, member, v3 }: RunLayout): StepBlocked {
  return new StepBlocked(
    'E_ORIGINALS_GONE',
    `${target}: what ${run} set aside is not there any more: ${original} was removed, and nothing that was recorded stands in ${member}`,
    {
      where: `${target}:${original}`,
      hint: `etcd has not been started. If you have it elsewhere: \`mkdir -p ${dirname(v3)} && mv ${member} ${v3}\` where something stands there, put it into ${member} with the times of its files, then \`pawl resume ${run}\`. If it is lost, the run can only be given up (\`pawl unfence -i INVENTORY ${run} --reason WHY\`), what it keeps from starting released by hand (\`pawl status -i INVENTORY\` lists it), and a backup restored: \`pawl rollback --from HOST:DIR -i INVENTORY\` (docs/recover.md).`,
    },
  );
}
