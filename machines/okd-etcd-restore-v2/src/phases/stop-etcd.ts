import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { etcdHosts, stopEtcdStep } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import { WHY } from '../why';

export const stopEtcd: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'stop-etcd',
  title: 'Stop and hold etcd on every host',
  wayBack: 'etcd is released, and started where it ran.',
  rollbackAt: 'etcd-back',
  steps: [
    stopEtcdStep({
      name: 'stop-and-hold',
      title: 'All members',
      undoneBy: 'etcd-back/release-and-start',
      why: WHY.etcd,
      targets: etcdHosts,
    }),
  ],
};
