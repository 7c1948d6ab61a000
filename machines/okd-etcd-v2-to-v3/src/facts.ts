import type { JsonObject, Scope } from '@pawl/engine';
import type { EtcdSettings } from '@pawl/etcd';
import type { InspectedMaster } from '@pawl/okd';
import type { OkdChoices } from './choices';

/*
 * What steps leave for later ones. The shapes are this machine's own: a run is only ever read by the definition that
 * wrote it (the definition hash says so), which is what the one cast in `read` rests on.
 */

/** `preflight/etcd-hosts`, per etcd host. */
export interface EtcdHostFacts {
  readonly settings: EtcdSettings;
  readonly installed: { readonly etcd: string; readonly etcdctl: string };
  /** Of the process that answers. */
  readonly running: string;
  /** `member` and a separate WAL directory, bytes on disk. */
  readonly memberBytes: number;
  readonly freeBytes: number;
  /** MemAvailable, plus what etcd itself gives back when it stops. */
  readonly memoryBytes: number;
  /** Links where directories are to be renamed and copied: `member`, a separate WAL directory, or in them. */
  readonly links: readonly string[];
  /** Whether etcd's user may make a separate WAL directory anew, as a member that joins does; true where there is none. */
  readonly canMakeWal: boolean;
  /** Signs of a runtime that is not the rpm's unit, in words. */
  readonly foreignRuntime: readonly string[];
  /** Runs whose folder `pawl-RUN` stands in the data directory. */
  readonly runFolders?: readonly string[];
  readonly v3: { readonly revision: number; readonly keys: number; readonly neverUsed: boolean };
}

/** `preflight/cluster`: as the migration host sees it. */
export interface ClusterFacts {
  readonly members: readonly {
    readonly id: string;
    readonly name: string;
    readonly peerUrls: readonly string[];
  }[];
  readonly unhealthy: readonly string[];
  readonly alarms: readonly string[];
  readonly v2: {
    readonly keys: number;
    readonly bytes: number;
    readonly keysWithTtl: number;
    readonly directoriesWithTtl: number;
    readonly largestValue: number;
  };
  /** Keys with a TTL whose value v3 can't take in one request, names redacted. */
  readonly tooLarge: readonly string[];
}

/** `preflight/masters`, per master. */
export interface MasterFacts extends InspectedMaster {
  /** Lines of master-config.yaml that the reconfiguration will change, with their signs. */
  readonly edit: readonly string[];
}

/** `preflight/fences`, per host. */
export interface FenceFacts {
  readonly holder: {
    readonly run: string;
    readonly owner: string;
    readonly database: string;
    readonly phase: string;
    readonly since: string;
  } | null;
  /** Units that another run keeps from starting. */
  readonly held?: readonly { readonly unit: string; readonly run: string }[];
  /** Runs that have left records there. */
  readonly runs?: readonly string[];
}

/** `preflight/machines`, per host. */
export interface MachineFacts {
  /** Of the machine and its boot: two hosts that say the same are one. */
  readonly machine: string;
  /** Of the controller's own host: its addresses, and those that the inventory's name for it leads to. */
  readonly local: { readonly own: readonly string[]; readonly meant: readonly string[] } | null;
}

/** `converge/read-manifest` */
export interface ManifestFacts {
  /** sha256 of the manifest file. */
  readonly digest: string;
  readonly keys: number;
  readonly keysWithTtl: number;
  readonly bytes: number;
  /** From here on the v2 history is watched for writers. */
  readonly etcdIndex: number;
  readonly raftIndex: number;
}

/** `stop-etcd/read-again` */
export interface ReadAgainFacts {
  /** Inventory name of the leader's host. */
  readonly leader: string;
  /** Applied, one a member, just before the stop. */
  readonly raftIndices: readonly number[];
}

/** `re-attach-ttls/attach` */
export interface LeaseFacts {
  readonly toLease: number;
  readonly toDelete: number;
}

/** `set-aside/copy`: which work copy is the present one. */
export interface CopyFacts {
  readonly round: number;
}

type Read = Pick<Scope<OkdChoices>, 'facts'>;

function read<T>(scope: Read, step: string, target?: string): T {
  return scope.facts.of(step, target) as T;
}

export const etcdHost = (scope: Read, host: string): EtcdHostFacts =>
  read(scope, 'preflight/etcd-hosts', host);
export const clusterFacts = (scope: Read): ClusterFacts => read(scope, 'preflight/cluster');
export const masterFacts = (scope: Read, host: string): MasterFacts => read(scope, 'preflight/masters', host);
export const fenceFacts = (scope: Read, host: string): FenceFacts => read(scope, 'preflight/fences', host);
export const findMachine = (scope: Read, host: string): MachineFacts | undefined =>
  scope.facts.find('preflight/machines', host) as MachineFacts | undefined;
export const manifestFacts = (scope: Read, host: string): ManifestFacts =>
  read(scope, 'converge/read-manifest', host);
export const readAgainFacts = (scope: Read): ReadAgainFacts => read(scope, 'stop-etcd/read-again');
export const leaseFacts = (scope: Read, host: string): LeaseFacts =>
  read(scope, 're-attach-ttls/attach', host);

/** What the originals and backups take, host by host, as preflight measured the data. */
export function copiesOf(scope: Read, choices: OkdChoices): string {
  return choices.etcd
    .map(
      ({ name }) => `${name}: about ${Math.ceil((2 * etcdHost(scope, name).memberBytes) / 1024 / 1024)} MiB`,
    )
    .join(', ');
}

/** The number of the present work copy; 0 before the first is made. */
export function presentRound(scope: Read, host: string): number {
  const made = scope.facts.find('set-aside/copy', host) as CopyFacts | undefined;
  return made?.round ?? 0;
}

/** A plain copy, as the database will give it back: typed interfaces of other packages become JSON here. */
export function asFacts(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
