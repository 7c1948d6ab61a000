import type { JsonObject } from './json';

/** The decision to act, durable before the effect begins. Its id is the id of the job on the host. */
export interface Intent {
  /** `0042.migrate.run-migrate.etcd1.1`: seq, phase, step, target, attempt; safe as a file name. */
  readonly id: string;
  readonly run: string;
  /** Position in the run's journal. */
  readonly seq: number;
  readonly phase: string;
  readonly step: string;
  readonly target: string;
  readonly attempt: number;
  /** One-shot steps only: what it is done to. At most one intent per (run, step, target, round). */
  readonly round?: number;
  /** Rounds that were spent when it was opened; a step entered again after a start-over has a new lap. 0 if left out. */
  readonly lap?: number;
}

/** An intent and what has become of it. `open`: no outcome yet, so it may have happened. */
export interface IntentRecord extends Intent {
  readonly state: 'open' | 'succeeded' | 'failed';
  readonly facts?: JsonObject;
  /** `failed`: kind, code, message. */
  readonly error?: JsonObject;
  /** The next attempt (of an open one: the next re-attachment) is not made before. RFC 3339. */
  readonly due?: string;
  /** Open ones: attempts under it whose end is unknown, since the run was last resumed by hand. */
  readonly tries?: number;
}

/** One row of the append-only journal; `hash` covers everything else, `prev` included. */
export interface JournalRow {
  readonly run: string;
  readonly seq: number;
  /** RFC 3339, UTC. Told, never compared. */
  readonly at: string;
  readonly kind: JournalKind;
  readonly data: JsonObject;
  /** sha256, hex; of row 1 the predecessor is 64 zeros. */
  readonly prev: string;
  readonly hash: string;
}

export type JournalKind =
  | 'created' // the run: machine, version, definition hash, choices
  | 'claimed' // an owner took it: who, where, how
  | 'intent' // the first effect's carries the run's plan
  | 'outcome' // succeeded | failed, facts or error
  | 'retry' // the next attempt and when it is due
  | 'answer' // what a probe said
  | 'entered' // a phase was entered
  | 'paused'
  | 'in-doubt'
  | 'decided' // by whom, which choice, why
  | 'resumed'
  | 'rollback' // asked for: by whom, why
  | 'cleanup' // asked for: by whom, what is to be removed
  | 'lost' // in a rebuilt journal: a row that no host knows of
  | 'rebuilt' // from its hosts: which, and up to which job
  | 'ended'; // completed | rolled-back | refused | abandoned | closed

/** The envelope around xstate's snapshot. `seq` is that of the journal row it was committed with. */
export interface Checkpoint {
  readonly machineId: string;
  readonly machineVersion: string;
  readonly definitionHash: string;
  readonly seq: number;
  /** `machine.getPersistedSnapshot` without children. */
  readonly snapshot: JsonObject;
}

/** Who drives a run. Recognised as dead only on the same machine: pid, start time and boot id together. */
export interface Owner {
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  /** Clock ticks since boot, from /proc/PID/stat field 22; '' where there is no /proc. */
  readonly startTime: string;
  readonly bootId: string;
  /** Path of the database, so that a colleague can be told. */
  readonly database: string;
}

export interface Claim {
  /** 128 random bits, hex. */
  readonly claim: string;
  /** The run's earlier claims, oldest first: a host accepts the new one if its fence carries one of these. */
  readonly earlier: readonly string[];
  readonly owner: Owner;
  readonly at: string;
}

/** Whether somebody who holds this claim knows of that one. Where not, a host that carries it is ahead of this record. */
export function knowsClaim({ claim, earlier }: Claim, other: string): boolean {
  return other === claim || earlier.includes(other);
}

export type RunState =
  | 'running'
  | 'paused'
  | 'in-doubt'
  /** At rest; takes a rollback until it was cleaned up. */
  | 'completed'
  | 'rolled-back'
  | 'refused'
  /** Its fences were opened by name: nothing goes on in it. */
  | 'abandoned'
  /** What was set aside has been removed, in part or all: there is no way back any more. */
  | 'closed';

/** Whether it has not come to an end: as far as the records say, it still holds its hosts. */
export function isUnfinished({ state }: { readonly state: RunState }): boolean {
  return state === 'running' || state === 'paused' || state === 'in-doubt';
}

export interface RunRecord {
  readonly run: string;
  readonly machineId: string;
  readonly machineVersion: string;
  readonly definitionHash: string;
  readonly choices: JsonObject;
  readonly state: RunState;
  /** Why it is in that state: code, message, hint, choices. */
  readonly reason?: JsonObject;
  readonly checkpoint: Checkpoint;
  readonly claim: Claim;
  readonly createdAt: string;
  readonly updatedAt: string;
}
