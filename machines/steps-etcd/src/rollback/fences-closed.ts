import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { closeFences } from '../steps/close-fences';

export const fencesClosed: Phase<ClusterChoices, ReadHands, WorkHands> = {
  name: 'fences-closed',
  title: 'Let the hosts go',
  wayBack: '',
  steps: [closeFences(() => 'rolled-back')],
};
