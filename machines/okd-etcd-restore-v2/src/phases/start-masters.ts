import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { startMastersStep } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import { loss } from '../loss';

export const startMasters: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'start-masters',
  title: 'Release and start the masters, on v2',
  wayBack: 'A way back after this loses what was written to v2.',
  rollbackAt: 'masters-down',
  steps: [
    startMastersStep(
      'v2',
      'every master answers ready, its units run, and its process was not started with etcd3',
      loss,
    ),
  ],
};
