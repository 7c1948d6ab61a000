import type { Json, JsonObject } from './json';
import type {
  Checkpoint,
  Claim,
  Intent,
  IntentRecord,
  JournalKind,
  JournalRow,
  Owner,
  RunRecord,
  RunState,
} from './records';
import type { Facts } from './scope';

/** A row to be appended; the store gives `seq`, `prev` and `hash`. */
export interface JournalEntry {
  readonly kind: JournalKind;
  readonly data: JsonObject;
}

/** What one transaction makes durable. All of it or nothing. */
export interface Commit {
  readonly run: string;
  /** Only the owner writes: the transaction is refused (`E_CLAIM_LOST`) unless the run still carries this claim. */
  readonly claim: string;
  /** Time of the rows, RFC 3339. */
  readonly at: string;
  readonly entries: readonly JournalEntry[];
  readonly open?: readonly Intent[];
  readonly close?: readonly ClosedIntent[];
  /** Open intents that stay open: an attempt under them ended without telling how. */
  readonly tried?: readonly { readonly id: string; readonly tries: number; readonly due?: string }[];
  /** The next checkpoint, without `seq`: the store fills in that of the last row. */
  readonly checkpoint?: Omit<Checkpoint, 'seq'>;
  /** Requests that this commit answers. */
  readonly answers?: readonly number[];
  readonly state?: RunState;
  /** With `state`: why. Absent clears it. */
  readonly reason?: JsonObject;
}

export interface ClosedIntent {
  readonly id: string;
  readonly state: 'succeeded' | 'failed';
  readonly facts?: JsonObject;
  readonly error?: JsonObject;
  /** With `failed`: the next attempt is not made before. */
  readonly due?: string;
}

export interface NewRun {
  readonly run: string;
  readonly machineId: string;
  readonly machineVersion: string;
  readonly definitionHash: string;
  readonly definition: string;
  readonly choices: JsonObject;
  readonly checkpoint: Omit<Checkpoint, 'seq'>;
  readonly claim: Claim;
  readonly at: string;
  /** A request to pause before this phase, made with the run. */
  readonly pauseBefore?: string;
  /** Of a run that was rebuilt from its hosts: all that is known of it, in the same transaction as its first row. */
  readonly rebuilt?: Omit<Commit, 'run' | 'claim' | 'at'>;
}

export interface Request {
  readonly id: number;
  readonly kind: 'pause';
  readonly by: string;
  readonly at: string;
  /** Not at once, but before this phase. */
  readonly before?: string;
}

export interface IntentFilter {
  readonly open?: boolean;
  readonly phase?: string;
  /** With `phase`; `NAME?` for a one-shot step's questions. */
  readonly step?: string;
}

/** Where a journal ends. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** The checkpoint store. Synchronous: a call that has returned is on disk. Any store passes the conformance suite of `@pawl/store`. */
export interface Store {
  /** Where it lies, for messages and fences. */
  readonly location: string;
  /** Durable: the run, its first row, its claim (and those before it, where there were any), and what was rebuilt. @throws `E_RUN_EXISTS` */
  create(run: NewRun): RunRecord;
  /** The run as of the last commit, whoever made it. Reads only, as all that follow without a word about writing. */
  load(run: string): RunRecord | undefined;
  list(): readonly RunRecord[];
  /** The canonical definition the run was created with. */
  definition(run: string): string;
  /**
   * One transaction. Durable when it returns: all of it. On an error or a crash: none of it. May happen twice: nothing, since
   * whoever is not told repeats nothing but what the journal does not hold. Never: a row under a claim that is not the run's.
   * @returns the rows as written. @throws `E_CLAIM_LOST`, `E_ONE_SHOT_AGAIN` (a second intent for one round), `E_STORE_…`
   */
  commit(commit: Commit): readonly JournalRow[];
  /** Replaces `expected` by `next` in one transaction with its journal row; the run's state stays as it is. @throws `E_CLAIM_LOST` where the run carries another claim */
  claim(run: string, expected: string, next: Claim, how: string): RunRecord;
  intents(run: string, filter?: IntentFilter): readonly IntentRecord[];
  /** Facts of the last successful outcome; reads one row. */
  fact(run: string, phase: string, step: string, target: string): JsonObject | undefined;
  factsOf(run: string, phase: string, step: string): ReadonlyMap<string, JsonObject>;
  /** Rows after `after`, at most `limit`; a damaged one too, so that `verifyChain` can name it. */
  journal(run: string, after?: number, limit?: number): readonly JournalRow[];
  /** The journal's last row as the run's own record has it, apart from the journal. @throws `E_NO_RUN` */
  head(run: string): Head;
  /** The one write that needs no claim. Durable when it returns. May happen twice: two requests are one wish. @throws `E_NO_RUN` */
  request(run: string, kind: 'pause', by: string, at: string, before?: string): void;
  /**
   * Unanswered requests, oldest first. Those for a pause at once are answered (removed from this list) by the owner's next
   * `paused` row, those before a phase by a commit that names them.
   */
  requests(run: string): readonly Request[];
  close(): void;
}

/** A job found on a host at resume. */
export interface HostJob {
  readonly target: string;
  /** The intent's id. */
  readonly intent: string;
  readonly state: 'prepared' | 'running' | 'exited' | 'lost';
}

/** An owner's hold on the hosts for one session. */
export interface Session {
  readonly run: string;
  readonly machineId: string;
  readonly machineVersion: string;
  readonly choices: JsonObject;
  readonly claim: Claim;
  readonly facts: Facts;
  /** Whether the journal has the intent: a job on a host that it does not know means a database older than the world. */
  knows(intent: string): boolean;
  /** Hosts that a person has said will not come back: not joined, and left as they are. */
  dead(): readonly string[];
  /** Which phase is being worked at, for the fence. */
  phase(): string;
  /** What each job keeps beside its intent, so that the run can be rebuilt from its hosts. */
  standing(): JsonObject;
  readonly faultPoint: FaultPoint;
}

/** Where effects happen. The engine knows no hosts, only this. */
export interface Fleet<R, H extends R> {
  /**
   * Called once at the start of each session, before any effect. On a resumed run it lists the run's jobs on every host whose
   * fence the run has planted (where it knows of none: on every host that answers), and, where the session knows them all,
   * carries the new claim there. Durable when it returns: the claim, on every one of these hosts; on an
   * error, on some of them, which a later claim finds in its list of earlier ones. May happen twice. @throws PawlError `E_FENCED` (another's claim or run), InDoubt (a fence that ought to be there is not; a job is there, and the run has planted no fence yet)
   */
  attach(session: Session): Promise<readonly HostJob[]>;
  /** What a step works with. Reading steps and probes get hands that can't change anything. */
  reading(session: Session, intent: Intent): R;
  /** `boundary`: what the names of its boundaries begin with, `MACHINE/PHASE/STEP@TARGET`; `/host:before` and so on follow. */
  working(session: Session, intent: Intent, boundary: string): H;
  /** Lets connections go, called once at the end of each session, also where `attach` failed. Nothing remote is ended, nothing written. */
  detach(session: Session): Promise<void>;
}

/** Says whether an owner still lives. `elsewhere`: on another machine, never presumed dead. */
export interface Owners {
  /** Who this process is. */
  self(database: string): Owner;
  /** Looks at this machine alone. `dead` only where that is certain: a live owner who is called dead would be driven beside. */
  liveness(owner: Owner): 'alive' | 'dead' | 'elsewhere';
}

/**
 * Called at every boundary of every step, with its stable name: `MACHINE/PHASE/STEP@TARGET/BOUNDARY`. In what a user runs
 * it does nothing; a test kills the process in it. Boundaries: `intent:before-commit`, `intent:after-commit`,
 * `host:before`, `host:during`, `host:after`, `outcome:before-commit`, `outcome:after-commit`; of a probe `ask:…-commit`,
 * `probe:before`, `probe:after` and `answer:…-commit`. Commits of a session itself (`created`, `entered`, `claimed`, `resumed`, `paused`,
 * `in-doubt`, `decided`, `rollback`, `cleanup`) have `-commit` boundaries at the place where the run stands.
 */
export type FaultPoint = (name: string) => void;

export interface Logger {
  log(
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields?: Readonly<Record<string, Json>>,
  ): void;
}
