import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { masters, stopMastersStep } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import { referenceIsThere } from '../reference-of-run';
import { WHY } from '../why';

/** The outage begins with its intent, where it had not begun long before. */
export const stopMasters: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'stop-masters',
  title: 'Stop and hold API and controllers on every master',
  wayBack: 'The masters are released, and those that ran are started.',
  rollbackAt: 'masters-back',
  steps: [stopMastersStep('masters-back/release-and-start', WHY.masters, masters, referenceIsThere)],
};
