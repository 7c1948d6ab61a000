import path from 'node:path';
import { LabError } from './lab-error';

/** What a lab shall be. Everything that is left out is as OKD 3.6 installs it. */
export interface LabSpec {
  /** `[a-z][a-z0-9-]*`, at most 20 characters; two labs of different names stand side by side. */
  readonly name: string;
  /** How many etcd hosts (1 to 9). */
  readonly etcd: number;
  /** How many masters (0 to 9). */
  readonly masters: number;
  /** The user of the unit `etcd` (default `etcd`). */
  readonly etcdUser?: 'etcd' | 'root';
  /** How the masters' units are named (default `origin`: origin-master-api and -controllers). */
  readonly masterUnits?: 'origin' | 'atomic-openshift' | 'single';
  /** Whom the inventory logs in as (default `pawl`, with sudo). */
  readonly loginUser?: 'pawl' | 'root';
  /** `sudo` in a terminal of its own where it is called from one (default: as on EL7, it is not). */
  readonly sudoUsePty?: boolean;
  /** Whether root may log in, by key (default: yes). */
  readonly rootLogin?: boolean;
  /** The host that Pawl runs on, as `loginUser`, and by `ansible_connection=local` (default: it runs outside). */
  readonly controller?: string;
  /** etcd on the masters themselves. */
  readonly colocated?: boolean;
  /** ETCD_DATA_DIR (default `/var/lib/etcd/`). */
  readonly dataDir?: string;
  /** ETCD_WAL_DIR, two levels of its own: `/var/lib/etcd-wal/wal` (default: the WAL lies in the data directory). */
  readonly walDir?: string;
  /** ETCD_SNAPSHOT_COUNT (default: etcd's own). */
  readonly etcdSnapshotCount?: number;
  /** ETCD_ELECTION_TIMEOUT (default 2500, as the installer sets it): a member alone waits up to that long at each start. */
  readonly etcdElectionMs?: number;
  /** A disk of its own, of this size, for the data directory of each etcd host. */
  readonly etcdDiskMiB?: number;
  /** A directory with another etcd and etcdctl, 3.1 to 3.4 (default: PAWL_LAB_ETCD_BIN, else Debian's 3.4). */
  readonly etcdBin?: string;
  /** What `kubernetesMasterConfig.apiServerArguments` holds (default `null`, as the installer leaves it). */
  readonly apiServerArguments?: 'null' | 'absent' | 'other';
}

export interface LabHost {
  /** The name in the inventory: `etcd1`. */
  readonly name: string;
  /** The host's own name, and its etcd member's: `etcd1.lab`. */
  readonly hostname: string;
  readonly address: string;
  readonly role: 'etcd' | 'master' | 'both';
}

/** The hosts of a lab in inventory order: names, host names and addresses differ, so that code can't mix them up. */
export function labHosts(spec: LabSpec, network: number): readonly LabHost[] {
  const host = (name: string, last: number, role: LabHost['role']): LabHost => ({
    name,
    hostname: `${name}.lab`,
    address: `198.18.${network}.${last}`,
    role,
  });
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
  const both = spec.colocated === true ? Math.min(spec.etcd, spec.masters) : 0;
  return [
    ...numbers(both).map((n) => host(`master${n}`, 20 + n, 'both')),
    ...numbers(spec.etcd)
      .slice(both)
      .map((n) => host(`etcd${n}`, 10 + n, 'etcd')),
    ...numbers(spec.masters)
      .slice(both)
      .map((n) => host(`master${n}`, 20 + n, 'master')),
  ];
}

export function assertSpec(spec: LabSpec): void {
  assertLabName(spec.name);
  if (!Number.isInteger(spec.etcd) || spec.etcd < 1 || spec.etcd > 9)
    throw new LabError('etcd: 1 to 9 hosts');
  if (!Number.isInteger(spec.masters) || spec.masters < 0 || spec.masters > 9) {
    throw new LabError('masters: 0 to 9 hosts');
  }
  if (spec.rootLogin === false && spec.loginUser === 'root')
    throw new LabError('loginUser root, and root may not log in');
  if (spec.controller !== undefined && !labHosts(spec, 1).some(({ name }) => name === spec.controller))
    throw new LabError(`controller: the lab has no host ${spec.controller}`);
  if (spec.walDir !== undefined && ['/', '/var', '/var/lib'].includes(path.dirname(spec.walDir))) {
    throw new LabError(`walDir: the directory above becomes etcd's own: ${spec.walDir}/wal`);
  }
}

/** The name becomes a directory, a network namespace and a cgroup: nothing else may stand in it. */
export function assertLabName(name: string): void {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    throw new LabError(`lab name ${JSON.stringify(name)}: use a-z, 0-9 and -, at most 20 characters`);
  }
}

export const isEtcd = (host: LabHost): boolean => host.role !== 'master';
export const isMaster = (host: LabHost): boolean => host.role !== 'etcd';

/** The third byte of the lab's addresses. Each lab is alone in its namespace, so a clash would only confuse a reader. */
export function networkNumber(name: string, taken: ReadonlySet<number>): number {
  let number = Array.from(name).reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 250, 7);
  while (taken.has(number + 1) && taken.size < 250) number = (number + 1) % 250;
  return number + 1;
}
