import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { closeFences } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';

export const finish: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'finish',
  title: 'Let the hosts go',
  wayBack: 'As after the start of the masters; the fences are planted anew.',
  rollbackAt: 'masters-down',
  steps: [closeFences(() => 'completed')],
};
