import type { Scope } from '@pawl/engine';
import type { ClusterChoices, EtcdSetup } from '@pawl/steps-etcd';
import type { OkdChoices } from './choices';

/*
 * What steps leave for later ones. The shapes are this machine's own: a run is only ever read by the definition that
 * wrote it (the definition hash says so), which is what the one cast in `read` rests on.
 */

/** `preflight/etcd-hosts`, per etcd host. */
export interface EtcdHostFacts extends EtcdSetup {
  /** Of the process that answers. */
  readonly running: string;
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

/** `re-attach-ttls/attach`: what its last look found. After a crash nothing may be left to do. */
export interface LeaseFacts {
  readonly toLease: number;
  readonly toDelete: number;
  /** They had a lease already. */
  readonly leased: number;
  /** They were gone already. */
  readonly gone: number;
}

/** `set-aside/copy`: which work copy is the present one. */
export interface CopyFacts {
  readonly round: number;
}

type Read = Pick<Scope<ClusterChoices>, 'facts'>;

function read<T>(scope: Read, step: string, target?: string): T {
  return scope.facts.of(step, target) as T;
}

export const etcdHost = (scope: Read, host: string): EtcdHostFacts =>
  read(scope, 'preflight/etcd-hosts', host);
export const clusterFacts = (scope: Read): ClusterFacts => read(scope, 'preflight/cluster');
export const manifestFacts = (scope: Read, host: string): ManifestFacts =>
  read(scope, 'converge/read-manifest', host);
export const findManifest = (scope: Read, host: string): ManifestFacts | undefined =>
  scope.facts.find('converge/read-manifest', host) as ManifestFacts | undefined;
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
