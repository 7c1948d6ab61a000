import { StepRefused, type Phase, type ReadStep } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { plantFences, stillAsSeen } from '@pawl/steps-etcd';
import { breakGlass } from '../break-glass';
import type { RestoreChoices } from '../choices';
import { unforce } from '../steps/unforce';

export const prepare: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'prepare',
  title: 'Consent, take the hosts, and take away what would force a new cluster',
  wayBack: 'The fences are closed.',
  rollbackAt: 'fences-closed',
  steps: [consent(), plantFences('fences-closed/close-fences', breakGlass, stillAsSeen), unforce()],
};

function consent(): ReadStep<RestoreChoices, ReadHands> {
  return {
    kind: 'read',
    name: 'consent',
    title: 'Was the loss of what was written since accepted by name?',
    verify: 'the operator named the cluster whose loss is accepted',
    deadlineMs: 5_000,
    describe: ({ choices }) => [`# accepted by name: ${choices.clusterName}`],
    run: ({ choices }) => {
      if (choices.acceptDataLoss === choices.clusterName)
        return Promise.resolve({ accepted: choices.clusterName, gone: choices.gone, reason: choices.reason });
      throw new StepRefused('E_CONSENT', 'the loss of what was written since the backup was not accepted', {
        hint: `Pass --accept-data-loss ${choices.clusterName}, or type the name when asked.`,
      });
    },
  };
}
