import type { EffectStep, Facts, Task } from '@pawl/engine';
import type { WorkHands } from '@pawl/fleet';
import { allHosts, type ClusterChoices } from '../cluster-choices';
import { lives } from '../hosts-of';

/** What stands in /var/lib/pawl/README of every host: the way back by hand. */
export type Readme = (run: string, choices: ClusterChoices, facts: Facts) => string;

/**
 * Plants, or, for a run that has closed its fences, plants anew. From the first fence on, nobody else's run can touch these hosts.
 * @param before looks, and may refuse
 */
export function plantFences(
  undoneBy: string,
  readme: Readme,
  before: (task: Task<ClusterChoices, WorkHands>) => Promise<void> = () => Promise.resolve(),
): EffectStep<ClusterChoices, WorkHands> {
  return {
    kind: 'effect',
    name: 'plant-fences',
    title: 'Plant a fence and the break-glass README on every host',
    verify: 'every host carries this run’s fence',
    undoneBy,
    leftOpen:
      'the fence on each host says: one of this run is carried on, another run’s is never touched; planted again it changes nothing',
    deadlineMs: 120_000,
    retry: { attempts: 3, delayMs: 2_000 },
    describe: ({ choices }) =>
      allHosts(choices).map(
        (h) => `# ${h.name}: install the guard; write /var/lib/pawl/fence and /var/lib/pawl/README`,
      ),
    run: async (task) => {
      const { run, choices, facts, hands } = task;
      await before(task);
      const hosts = allHosts(choices)
        .map((h) => h.name)
        .filter(lives(task));
      await hands.fences.plant(hosts, () => readme(run, choices, facts));
      return { hosts };
    },
  };
}
