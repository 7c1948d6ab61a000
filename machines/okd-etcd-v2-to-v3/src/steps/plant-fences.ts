import type { EffectStep } from '@pawl/engine';
import type { WorkHands } from '@pawl/fleet';
import { breakGlass } from '../break-glass';
import { allHosts, type OkdChoices } from '../choices';
import { lives } from '../hosts-of';

/** Plants, or, for a run that has closed its fences, plants anew. From the first fence on, nobody else's run can touch these hosts. */
export function plantFences(undoneBy: string): EffectStep<OkdChoices, WorkHands> {
  return {
    kind: 'effect',
    name: 'plant-fences',
    title: 'Plant a fence and the break-glass README on every host',
    verify: 'every host carries this run’s fence',
    undoneBy,
    deadlineMs: 120_000,
    retry: { attempts: 3, delayMs: 2_000 },
    describe: ({ choices }) =>
      allHosts(choices).map(
        (h) => `# ${h.name}: install the guard; write /var/lib/pawl/fence and /var/lib/pawl/README`,
      ),
    run: async (task) => {
      const { run, choices, facts, hands } = task;
      const hosts = allHosts(choices)
        .map((h) => h.name)
        .filter(lives(task));
      await hands.fences.plant(hosts, () => breakGlass(run, choices, facts));
      return { hosts };
    },
  };
}
