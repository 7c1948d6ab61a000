import { StepRefused, type EffectStep, type Phase, type ReadStep } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { breakGlass } from '../break-glass';
import { allHosts, type OkdChoices } from '../choices';

/** Consent by name, then fences. From the first fence on, nobody else's run can touch these hosts. */
export const prepare: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'prepare',
  title: 'Consent, and take the hosts',
  wayBack: 'The fences are closed.',
  rollbackAt: 'close-fences',
  steps: [consent(), plantFences()],
};

function consent(): ReadStep<OkdChoices, ReadHands> {
  return {
    kind: 'read',
    name: 'consent',
    title: 'Was the point of no return accepted by its name?',
    verify: 'the operator named the cluster whose point of no return is accepted',
    deadlineMs: 5_000,
    describe: ({ choices }) => [`# accepted by name: ${choices.clusterName}`],
    run: ({ choices }) => {
      if (choices.acceptPointOfNoReturn === choices.clusterName)
        return Promise.resolve({ accepted: choices.clusterName });
      throw new StepRefused('E_CONSENT', 'the point of no return was not accepted', {
        hint: `Pass --accept-point-of-no-return ${choices.clusterName}, or type the name when asked.`,
      });
    },
  };
}

function plantFences(): EffectStep<OkdChoices, WorkHands> {
  return {
    kind: 'effect',
    name: 'plant-fences',
    title: 'Plant a fence and the break-glass README on every host',
    verify: 'every host carries this run’s fence',
    undoneBy: 'close-fences/close-fences',
    deadlineMs: 120_000,
    describe: ({ choices }) =>
      allHosts(choices).map(
        (h) => `# ${h.name}: install the guard; write /var/lib/pawl/fence and /var/lib/pawl/README`,
      ),
    run: async ({ run, choices, hands }) => {
      const hosts = allHosts(choices).map((h) => h.name);
      await hands.fences.plant(hosts, () => breakGlass(run, choices));
      return { hosts };
    },
  };
}
