import type { JsonObject, Scope } from '@pawl/engine';
import type { EtcdSettings } from '@pawl/etcd';
import type { InspectedMaster } from '@pawl/okd';
import type { ClusterChoices } from './cluster-choices';

/*
 * What the looks of preflight leave for later steps. A run is only ever read by the definition that wrote it (the definition
 * hash says so), which is what the one cast in `read` rests on.
 */

/** `preflight/etcd-hosts`, per etcd host: what every machine has to know of one, whether or not etcd runs there. */
export interface EtcdSetup {
  readonly settings: EtcdSettings;
  readonly installed: { readonly etcd: string; readonly etcdctl: string };
  /** `member` and a separate WAL directory, bytes on disk; 0 where there are none. */
  readonly memberBytes: number;
  readonly freeBytes: number;
  /** MemAvailable. */
  readonly memoryBytes: number;
  /** Links where directories are to be renamed and copied: `member`, a separate WAL directory, or in them. */
  readonly links: readonly string[];
  /** Whether etcd's user may make a separate WAL directory anew, as a member that joins does; true where there is none. */
  readonly canMakeWal: boolean;
  /** Signs of a runtime that is not the rpm's unit, in words. */
  readonly foreignRuntime: readonly string[];
  /** Runs whose folder `pawl-RUN` stands in the data directory. */
  readonly runFolders?: readonly string[];
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
  /** How and when those came to an end, by run. */
  readonly ended?: Readonly<Record<string, string>>;
}

/** `preflight/machines`, per host. */
export interface MachineFacts {
  /** Of the machine and its boot: two hosts that say the same are one. */
  readonly machine: string;
  /** Of the controller's own host: its addresses, and those that the inventory's name for it leads to. */
  readonly local: { readonly own: readonly string[]; readonly meant: readonly string[] } | null;
}

export type ReadFacts = Pick<Scope<ClusterChoices>, 'facts'>;

function read<T>(scope: ReadFacts, step: string, target?: string): T {
  return scope.facts.of(step, target) as T;
}

export const etcdSetup = (scope: ReadFacts, host: string): EtcdSetup =>
  read(scope, 'preflight/etcd-hosts', host);
export const masterFacts = (scope: ReadFacts, host: string): MasterFacts =>
  read(scope, 'preflight/masters', host);
export const fenceFacts = (scope: ReadFacts, host: string): FenceFacts =>
  read(scope, 'preflight/fences', host);
export const findMachine = (scope: ReadFacts, host: string): MachineFacts | undefined =>
  scope.facts.find('preflight/machines', host) as MachineFacts | undefined;

/** One of a step's facts, in words; empty where there is none. */
export function factInWords(facts: JsonObject | undefined, name: string): string {
  const value = facts?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A plain copy, as the database will give it back: typed interfaces of other packages become JSON here. */
export function asFacts(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
