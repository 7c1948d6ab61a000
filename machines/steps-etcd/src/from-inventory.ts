import { PawlError } from '@pawl/engine';
import { clusterOf, type Cluster, type Inventory } from '@pawl/hosts';
import { runHost, type RunHost } from './cluster-choices';

/** What every machine takes from an inventory. */
export interface ClusterFrom {
  readonly clusterName: string;
  readonly inventoryFile: string;
  readonly etcd: readonly RunHost[];
  readonly masters: readonly RunHost[];
  /** What the inventory itself says that this release can't handle, in words: preflight refuses by it. */
  readonly declared: readonly string[];
}

/** @throws PawlError `E_INVENTORY` for groups without hosts */
export function clusterFrom(inventory: Inventory): ClusterFrom {
  const cluster = clusterOf(inventory);
  const [firstMaster] = cluster.masters;
  if (cluster.etcd.length === 0 || firstMaster === undefined)
    throw new PawlError(
      'E_INVENTORY',
      `the inventory names ${cluster.etcd.length} hosts in [etcd] and ${cluster.masters.length} in [masters]`,
      {
        where: inventory.file,
        hint: 'An empty [etcd] means embedded etcd: move it out first (the embedded2external playbook), then add its hosts to [etcd].',
      },
    );
  return {
    clusterName: cluster.clusterHostname ?? firstMaster.name,
    inventoryFile: inventory.file,
    etcd: cluster.etcd.map(({ entry }) => runHost(entry)),
    masters: cluster.masters.map(({ entry }) => runHost(entry)),
    declared: declared(cluster),
  };
}

/** What the inventory itself says that this release can't handle. Preflight reports it beside what it sees on the hosts. */
function declared({ etcd, masters, newEtcd, newMasters, clusterMethod }: Cluster): readonly string[] {
  return [
    ...etcd
      .filter((host) => host.containerized)
      .map((host) => `${host.name}: containerized etcd (etcd_container)`),
    ...etcd
      .filter((host) => host.etcdSystemContainer)
      .map((host) => `${host.name}: etcd as a system container`),
    ...masters
      .filter((host) => host.masterSystemContainer)
      .map((host) => `${host.name}: the master as a system container`),
    ...(clusterMethod === 'pacemaker' ? ['the masters are run by Pacemaker'] : []),
    ...(newEtcd.length > 0
      ? [`[new_etcd] is not empty (${newEtcd.join(', ')}): a scale-up is under way`]
      : []),
    ...(newMasters.length > 0
      ? [`[new_masters] is not empty (${newMasters.join(', ')}): a scale-up is under way`]
      : []),
  ];
}
