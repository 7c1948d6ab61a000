import type { HostEntry } from '../hosts-api';
import type { Inventory } from './inventory';
import { inventoryError } from './inventory-error';
import { truth } from './truth';

/** What Pawl needs to know of an OKD cluster, from its inventory alone. Nothing here is proof of what runs on a host. */
export interface Cluster {
  /** `[etcd]` in inventory order: the first is the migration host. Empty where etcd is embedded in the master. */
  readonly etcd: readonly ClusterHost[];
  /** `[masters]` in inventory order. */
  readonly masters: readonly ClusterHost[];
  /** `[new_etcd]` and `[new_masters]`: a scale-up that is planned or under way. */
  readonly newEtcd: readonly string[];
  readonly newMasters: readonly string[];
  /** Every host of `etcd` and `masters` once, etcd first: what connections are opened to. */
  readonly entries: readonly HostEntry[];
  /** `openshift_master_cluster_hostname`, as the first master has it. */
  readonly clusterHostname?: string;
  /** `openshift_master_cluster_method`: `native` or `pacemaker`. */
  readonly clusterMethod?: string;
  /** `openshift_deployment_type`, or the older `deployment_type`: `origin`, `openshift-enterprise`, … */
  readonly deploymentType?: string;
  /** `openshift_release` without a leading v: `3.6`. */
  readonly release?: string;
}

export interface ClusterHost {
  readonly name: string;
  readonly address: string;
  readonly entry: HostEntry;
  /** `openshift_hostname`; a member name can come from it, and need not. */
  readonly openshiftHostname?: string;
  /** `openshift_ip`; peer and client URLs can come from it. */
  readonly openshiftIp?: string;
  /** `containerized`: etcd as the unit `etcd_container`. */
  readonly containerized: boolean;
  /** `openshift_use_etcd_system_container`, else `openshift_use_system_containers`: etcd in a runc container. */
  readonly etcdSystemContainer: boolean;
  /** `openshift_use_master_system_container`, else `openshift_use_system_containers`. */
  readonly masterSystemContainer: boolean;
  readonly where: string;
}

/**
 * The cluster's hosts and what the inventory says about them. Groups that are missing or empty stay empty here: whether that
 * can be worked with is for the checks of a machine.
 * @throws HostError `E_INVENTORY` where two names of the cluster lead to one host
 */
export function clusterOf(inventory: Inventory): Cluster {
  const hostsOf = (group: string): readonly ClusterHost[] =>
    (inventory.groups.get(group) ?? []).map((name) => clusterHost(inventory, name));
  const [etcd, masters] = [hostsOf('etcd'), hostsOf('masters')];
  const entries = new Map([...etcd, ...masters].map(({ name, entry }) => [name, entry]));
  refuseTwoNames(inventory, [...entries.values()]);
  const vars = inventory.hosts.get(masters[0]?.name ?? '')?.vars ?? {};
  return {
    etcd,
    masters,
    newEtcd: inventory.groups.get('new_etcd') ?? [],
    newMasters: inventory.groups.get('new_masters') ?? [],
    entries: [...entries.values()],
    ...given('clusterHostname', vars['openshift_master_cluster_hostname']),
    ...given('clusterMethod', vars['openshift_master_cluster_method']),
    ...given('deploymentType', vars['openshift_deployment_type'] ?? vars['deployment_type']),
    ...given('release', vars['openshift_release']?.replace(/^v/, '')),
  };
}

function clusterHost(inventory: Inventory, name: string): ClusterHost {
  const host = inventory.hosts.get(name);
  if (host === undefined) throw new Error(`the inventory's groups name ${name}, its hosts don't`);
  const { entry, vars, where } = host;
  const flag = (...names: readonly string[]): boolean => {
    const text = names.map((it) => vars[it]).find((it) => it !== undefined);
    return text !== undefined && truth(text) !== false;
  };
  return {
    name,
    address: entry.address,
    entry,
    ...given('openshiftHostname', vars['openshift_hostname']),
    ...given('openshiftIp', vars['openshift_ip']),
    containerized: flag('containerized'),
    etcdSystemContainer: flag('openshift_use_etcd_system_container', 'openshift_use_system_containers'),
    masterSystemContainer: flag('openshift_use_master_system_container', 'openshift_use_system_containers'),
    where,
  };
}

/** One host under two names would be fenced, stopped and counted twice. */
function refuseTwoNames(inventory: Inventory, entries: readonly HostEntry[]): void {
  const names = new Map<string, string>();
  for (const { name, address, port } of entries) {
    const place = `${address.toLowerCase()}:${port}`;
    const other = names.get(place);
    if (other !== undefined) {
      throw inventoryError(
        inventory.hosts.get(name)?.where ?? inventory.file,
        `${other} and ${name} are two names for one host, ${place}`,
        'Use one name for it in [masters] and in [etcd]: a host may be in both groups.',
      );
    }
    names.set(place, name);
  }
}

function given<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined || value === '' ? {} : ({ [key]: value } as Partial<Record<K, string>>);
}
