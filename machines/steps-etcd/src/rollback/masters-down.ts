import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { livingMasters } from '../hosts-of';
import { plantFences, type Readme } from '../steps/plant-fences';
import { stopMastersStep } from '../steps/stop-masters';
import { requireLast } from './require-last';

/**
 * No master is up while etcd data moves; a run that was completed takes its hosts again first. Between the command and the first
 * fence nobody holds them: a way back that stopped there, and is gone on with later, looks once more who has been there since.
 */
export const mastersDown = (readme: Readme, why: string): Phase<ClusterChoices, ReadHands, WorkHands> => ({
  name: 'masters-down',
  title: 'Stop and hold every master',
  wayBack: '',
  steps: [
    plantFences('kept', readme, (task) => requireLast(task, task.hands)),
    stopMastersStep('kept', why, livingMasters),
  ],
});
