import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { livingMasters } from '../hosts-of';
import { plantFences, type Readme } from '../steps/plant-fences';
import { stopMastersStep } from '../steps/stop-masters';

/** No master is up while etcd data moves; a run that was completed takes its hosts again first. */
export const mastersDown = (readme: Readme, why: string): Phase<ClusterChoices, ReadHands, WorkHands> => ({
  name: 'masters-down',
  title: 'Stop and hold every master',
  wayBack: '',
  steps: [plantFences('kept', readme), stopMastersStep('kept', why, livingMasters)],
});
