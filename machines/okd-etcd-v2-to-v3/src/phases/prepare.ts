import { StepRefused, type Phase, type ReadStep } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { plantFences, stillAsSeen } from '@pawl/steps-etcd';
import { breakGlass } from '../break-glass';
import type { OkdChoices } from '../choices';

/** Consent by name, then fences. From the first fence on, nobody else's run can touch these hosts. */
export const prepare: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'prepare',
  title: 'Consent, and take the hosts',
  wayBack: 'The fences are closed.',
  rollbackAt: 'fences-closed',
  steps: [consent(), plantFences('fences-closed/close-fences', breakGlass, stillAsSeen)],
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
