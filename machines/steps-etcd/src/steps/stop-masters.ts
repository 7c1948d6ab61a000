import { StepFailed, type Scope, type Task } from '@pawl/engine';
import { guardedStep, type GuardedStep, type ReadHands } from '@pawl/fleet';
import { unitState } from '@pawl/hosts';
import { stopMasters } from '../changes/stop-masters';
import type { ClusterChoices } from '../cluster-choices';
import { masterFacts } from '../facts';
import { notStopped } from './not-stopped';

/**
 * Forward and on the way back: no master is up while etcd data moves.
 * @param first throws where what comes after could not be done
 */
export function stopMastersStep<C extends ClusterChoices>(
  undoneBy: string,
  why: string,
  targets: (scope: Scope<ClusterChoices>) => readonly string[],
  first?: (task: Task<C, ReadHands>) => Promise<void>,
): GuardedStep<C> {
  return guardedStep<C, undefined>({
    name: 'stop-and-hold',
    title: 'Controllers first, then the API',
    targets,
    undoneBy,
    verify: 'every master unit is inactive, has no process, and is held',
    deadlineMs: 360_000,
    retry: { attempts: 2, delayMs: 2_000 },
    ...(first === undefined ? {} : { first }),
    change: ({ run, facts }, target) => stopMasters(run, masterFacts({ facts }, target).units, why),
    prove: async ({ hands, facts, target }, job) => {
      const states = await Promise.all(
        masterFacts({ facts }, target).units.map((unit) => unitState(hands.on(target), unit)),
      );
      const up = states.filter((state) => state.verdict !== 'held');
      if (up.length > 0)
        throw new StepFailed(
          'E_NOT_STOPPED',
          `${target}: ${up.map((s) => `${s.unit} is ${s.active}/${s.sub}`).join(', ')}`,
          { where: target, hint: notStopped(...up.map(({ unit }) => unit)) },
        );
      return { recorded: job.recorded ?? null };
    },
  });
}
