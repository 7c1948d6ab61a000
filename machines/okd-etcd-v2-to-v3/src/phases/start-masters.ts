import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { startMastersStep } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { loss } from '../loss';
import { deleteCanary, writeCanary } from '../steps/canary';

/** The point of no return is the commit of the intent to start the first master: from then on v3 may hold what v2 does not. */
export const startMasters: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'start-masters',
  title: 'Release and start the masters, on v3',
  wayBack: 'After the point of no return a way back loses what was written to v3.',
  rollbackAt: 'masters-down',
  steps: [
    writeCanary(),
    deleteCanary(),
    startMastersStep(
      'v3',
      'every master answers ready, its units run, and its process was started with etcd3',
      loss,
    ),
  ],
};
