import type { EffectStep, Scope } from '@pawl/engine';
import type { WorkHands } from '@pawl/fleet';
import { allHosts, type ClusterChoices } from '../cluster-choices';
import { lives } from '../hosts-of';

/** The hosts are let go; a record stays there. A host that was left behind keeps its fence and its holds. */
export function closeFences(
  outcome: (scope: Scope<ClusterChoices>) => string,
): EffectStep<ClusterChoices, WorkHands> {
  return {
    kind: 'effect',
    name: 'close-fences',
    title: 'Close the fences; a record stays',
    verify: 'no fence of this run stands',
    undoneBy: 'kept',
    leftOpen:
      'the record that each host keeps of a closed run says: what is closed stays closed, the others are closed now',
    deadlineMs: 120_000,
    retry: { attempts: 3, delayMs: 2_000 },
    describe: ({ choices }) =>
      allHosts(choices).map(
        (h) => `# ${h.name}: close the fence, leave a record in /var/lib/pawl/runs/RUN/closed`,
      ),
    run: async (task) => {
      const hosts = allHosts(task.choices)
        .map((h) => h.name)
        .filter(lives(task));
      await task.hands.fences.close(hosts, outcome(task));
      return { hosts };
    },
  };
}
