import { PawlError } from '@pawl/engine';
import { clusterOf, type Cluster, type HostEntry, type Inventory } from '@pawl/hosts';
import { checkChoices, TTL_MODES, type OkdChoices, type RunHost, type TtlMode } from './choices';

export interface Flags {
  readonly acceptPointOfNoReturn?: string;
  readonly ttl?: string;
  readonly onFailure?: string;
  /** `90s`, `15m`, `1h` */
  readonly maxOutage?: string;
}

/**
 * The choices of a run, from an inventory and the operator's flags.
 * @throws PawlError `E_USAGE` for a flag's value, `E_INVENTORY` for groups that can't be migrated
 */
export function choicesFrom(inventory: Inventory, flags: Flags): OkdChoices {
  const ttl = ttlMode(flags.ttl);
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
  return checkChoices({
    clusterName: cluster.clusterHostname ?? firstMaster.name,
    inventoryFile: inventory.file,
    etcd: cluster.etcd.map(({ entry }) => runHost(entry)),
    masters: cluster.masters.map(({ entry }) => runHost(entry)),
    declared: declared(cluster),
    ttl,
    onFailure: onFailure(flags.onFailure),
    maxOutageSeconds: seconds(flags.maxOutage),
    acceptPointOfNoReturn: flags.acceptPointOfNoReturn ?? null,
  });
}

function onFailure(given = 'pause'): OkdChoices['onFailure'] {
  if (given === 'pause' || given === 'rollback') return given;
  throw new PawlError('E_USAGE', `--on-failure ${given} is not known`, {
    hint: '`pause`: the run waits for you. `rollback`: it goes back to v2 by itself, if that loses nothing.',
  });
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

function seconds(given: string | undefined): number | null {
  if (given === undefined) return null;
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(given) ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) * (UNITS[unit] ?? 1);
  throw new PawlError('E_USAGE', `--max-outage ${given}: a duration is wanted`, {
    hint: 'For example 90s, 15m or 1h.',
  });
}

function ttlMode(flag = 'remaining'): TtlMode {
  const mode = TTL_MODES.find((each) => each === flag);
  if (mode !== undefined) return mode;
  throw new PawlError('E_USAGE', `--ttl ${flag} is not known`, {
    hint: '`remaining` (the default): every key keeps what it had left; `documented`: the durations of the published procedure; `configured`: those of the first master’s configuration.',
  });
}

/** What the inventory itself says that this release can't migrate. Preflight reports it beside what it sees on the hosts. */
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

function runHost({ privateKeyFile, connection, ...entry }: HostEntry): RunHost {
  return { ...entry, privateKeyFile: privateKeyFile ?? null, connection: connection ?? 'ssh' };
}
