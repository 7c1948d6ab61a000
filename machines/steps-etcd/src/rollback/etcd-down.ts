import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { livingEtcdHosts } from '../hosts-of';
import { stopEtcdStep } from '../steps/stop-etcd';

/** On every host, before anything is moved: an original beside a forced member would mix two histories of one cluster. */
export const etcdDown = (why: string): Phase<ClusterChoices, ReadHands, WorkHands> => ({
  name: 'etcd-down',
  title: 'Stop and hold etcd on every host',
  wayBack: '',
  steps: [
    stopEtcdStep({
      name: 'stop-and-hold',
      title: 'All members',
      undoneBy: 'kept',
      why,
      hurry: true,
      targets: livingEtcdHosts,
    }),
  ],
});
