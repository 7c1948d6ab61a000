import { guardedStep, type GuardedStep } from '@pawl/fleet';
import { releaseUnit, startUnit } from '@pawl/hosts';
import { sequence } from '../changes/sequence';
import type { ClusterChoices } from '../cluster-choices';
import { masterFacts } from '../facts';
import { masters } from '../hosts-of';
import { comesToServe } from './comes-to-serve';
import { masterReady, type Backend } from './master-ready';
import { notReady, type Weigh } from './not-ready';

/** From the commit of the intent to start the first one on, the store may hold what nothing else does. */
export function startMastersStep<C extends ClusterChoices>(
  backend: Backend,
  verify: string,
  weigh: Weigh<C>,
): GuardedStep<C> {
  return guardedStep<C, undefined>({
    name: 'release-and-start',
    title: 'API first, then controllers',
    targets: masters,
    undoneBy: 'irreversible',
    verify,
    deadlineMs: 300_000,
    retry: { attempts: 3, delayMs: 3_000 },
    change: ({ facts }, target) => {
      const { units } = masterFacts({ facts }, target);
      return sequence('release and start the master units', [
        ...units.map((unit) => releaseUnit(unit)),
        ...units.map((unit) => startUnit(unit, { wait: false })),
      ]);
    },
    prove: async (task) => {
      const seen = await comesToServe(task, () => masterReady(backend, task, task.target));
      if (seen.ready) return { backend };
      throw await notReady(backend, task, seen, weigh);
    },
  });
}
