import type { Redact } from './clean-commit';
import type { JsonObject } from './json';
import type { Machine } from './machine';
import type { Fleet, FaultPoint, Logger, Owners, Store } from './ports';
import type { Direction } from './position';
import type { LostRun } from './rebuild/lost-run';
import type { JournalRow, RunRecord } from './records';
import type { Choice } from './errors';

export interface EngineOptions<R, H extends R> {
  readonly store: Store;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- machines differ in their choices; the engine only hands them back
  readonly machines: readonly Machine<any, R, H>[];
  readonly fleet: Fleet<R, H>;
  readonly owners: Owners;
  readonly logger?: Logger;
  /** Aborting pauses at the next safe point: before the next intent. What runs on a host then is waited for. */
  readonly signal?: AbortSignal;
  /**
   * Takes secrets out of errors, reasons and what persons say, before they are written: the last line of defence. It keeps the
   * shape, and gives the same for what it has cleaned already. Facts that steps return are not given to it.
   */
  readonly redact?: Redact;
  readonly faultPoint?: FaultPoint;
  /** ISO clock, for tests. */
  readonly now?: () => Date;
}

/** How a call to start, resume, rollback or decide came to rest. Everything in it is already durable. */
export interface RunResult {
  readonly run: string;
  readonly outcome: 'completed' | 'rolled-back' | 'paused' | 'in-doubt' | 'refused' | 'closed';
  /** Whether this run has changed anything anywhere, ever. */
  readonly changed: boolean;
  readonly phase: string;
  readonly step?: string;
  readonly reason?: RunReason;
}

export interface RunReason {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly where?: string;
  readonly facts?: JsonObject;
  readonly choices?: readonly Choice[];
}

/** What stands in the records, and whether somebody is at work on it. Reads only. */
export interface RunStatus {
  readonly record: RunRecord;
  /** `crashed`: says running, and its owner is dead · `elsewhere`: owned on another machine, not presumed dead. */
  readonly state: RunRecord['state'] | 'crashed' | 'elsewhere';
  readonly direction: Direction | 'ended';
  readonly phase: string;
  readonly step?: string;
  readonly openIntents: readonly {
    readonly id: string;
    readonly step: string;
    readonly target: string;
    readonly attempt: number;
  }[];
  readonly reason?: RunReason;
  readonly stateValue: unknown;
}

export type EngineEvent =
  | { readonly type: 'journal'; readonly row: JournalRow }
  | {
      readonly type: 'progress';
      readonly run: string;
      readonly phase: string;
      readonly step: string;
      readonly target: string;
      readonly message: string;
    };

export interface StartOptions {
  readonly machineId: string;
  /** Speakable and dated; `E_RUN_EXISTS` if taken. */
  readonly run: string;
  readonly choices: JsonObject;
  /** Phase before which the run pauses. Durable with the run: a crash does not forget it. */
  readonly pauseBefore?: string;
}

export interface ResumeOptions {
  readonly run: string;
  /** Take the run from an owner who is alive, or on another machine. Never implied. */
  readonly takeOver?: boolean;
  /** As at start; earlier ones that were not reached yet hold as well. */
  readonly pauseBefore?: string;
}

export interface RollbackOptions extends Pick<ResumeOptions, 'run' | 'takeOver'> {
  /** For the journal. */
  readonly reason?: string;
  /** Hosts that will not come back, by name. They are left as they are: fenced (not by a completed run), and held where the run has not started them anew. Needs a reason. */
  readonly dead?: readonly string[];
  /** After the point of no return: the name under which the loss that was shown is accepted. */
  readonly acceptDataLoss?: string;
}

export interface CleanupOptions extends Pick<ResumeOptions, 'run' | 'takeOver'> {
  /** Names of what is to be removed, as the machine lists them. */
  readonly remove: readonly string[];
  readonly reason?: string;
}

export interface EventsOptions {
  /** Rows after this one; all of them if left out. */
  readonly after?: number;
  /** Goes on with rows as they are committed, until the run rests. */
  readonly follow?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * The durable interpreter.
 *
 * Every method that returns a RunResult acts and returns when the run rests. Durable when it returns: all that the result
 * says. May happen twice after a crash of this process: an idempotent step's effect (its job is re-attached, so in practice
 * only the part after the last mark). Never happens twice: a one-shot step on one round.
 */
export interface Engine {
  /**
   * Makes a run and drives it until it rests.
   *
   * Durable before it first waits: the run, its choices, its definition, its first claim; so `pause`, `status` and `events` know it at
   * once. Durable when it returns: what the result says. May happen twice: an idempotent step's effect, after a crash. Never:
   * a second run of that name; an effect before its intent.
   * @throws PawlError `E_RUN_EXISTS`, `E_NO_MACHINE`, `E_NO_SUCH_PHASE`; what the machine says of its choices. Nothing was made then
   */
  start(options: StartOptions): Promise<RunResult>;
  /**
   * Goes on with a run that was paused, or whose owner died, whichever way it is under way. One that is in doubt stays so: it wants `decide`.
   *
   * Durable before anything is done: the new claim, in the store, then on every host. May happen twice: the effect of an
   * idempotent step that had no outcome (its job is looked up first, and taken up where it is there). Never: a one-shot step
   * that was begun, without asking the world; two owners' effects on one host.
   * @throws PawlError `E_OWNED` (a live owner), `E_DEFINITION_CHANGED`, `E_NO_RUN`, `E_ENDED`, `E_NO_SUCH_PHASE`: nothing was written. `E_FENCED`, `E_CLAIM_LOST`: it
   * is another's by now, and nothing was written after that was known. `E_DATA_LOSS`: a way back that stopped in its first phase loses
   * more by now than was accepted; nothing was done, and `rollback` accepts it anew
   */
  resume(options: ResumeOptions): Promise<RunResult>;
  /**
   * The way back, from wherever the run stands; on a run that is on its way back already it goes on with that; one that is in
   * doubt there stays so, and wants `decide`. A live owner on this machine is asked to pause, and waited for.
   *
   * Durable when it returns: what the result says. Durable before the first step back: that it was asked for, by whom and why.
   * May happen twice: as `resume`. Never: a forward step afterwards; a step of the next phase back before every host has had this one.
   * @throws as resume, but never for another definition; `E_NO_WAY_BACK` where the machine has none from here, `E_DATA_LOSS` past the point
   * of no return (`facts` say what would be lost), and what the machine says of dead hosts; `E_ABORTED` where a run that had ended, or was in doubt, was told to pause before its way
   * back began. Nothing was changed then
   */
  rollback(options: RollbackOptions): Promise<RunResult>;
  /**
   * Answers a run in doubt and goes on. Durable before anything is done: the choice, by whom and why. May happen twice: as
   * `resume`. Never: an answer that nobody gave.
   * @throws as resume; PawlError `E_NOT_IN_DOUBT`, `E_NO_SUCH_CHOICE`
   */
  decide(options: ResumeOptions & { readonly choice: string; readonly reason: string }): Promise<RunResult>;
  /**
   * Removes what a run that has ended left behind. From its first commit on the run can't be rolled back any more. A cleanup
   * that is in doubt stays so, and wants `decide`.
   *
   * Durable when it returns: what the result says. May happen twice: as `resume`. Never: a name that was not given is removed.
   * @throws as resume; `E_NOT_ENDED`, `E_NO_CLEANUP`
   */
  cleanup(options: CleanupOptions): Promise<RunResult>;
  /**
   * As resume, from an owner who may be alive: it is refused at its next write, here and on every host. A job that it began
   * goes on, and is taken up. A take-over that is itself cut off can be taken over again.
   */
  takeOver(options: Omit<ResumeOptions, 'takeOver'>): Promise<RunResult>;
  /** Asks the run's owner to pause at its next safe point. Durable when it returns: the request; not yet paused. May happen twice. @throws PawlError `E_NO_RUN` */
  pause(run: string, by: string): void;
  /**
   * Makes a run anew from what its hosts keep of it, where its database is lost. It rests in doubt (`E_REBUILT`) until a person
   * decides `go-on`, or takes it back; one that had completed rests there. No host is asked or changed.
   *
   * Durable when it returns: all of it. May happen twice: never under one name. Never: a run that goes on by itself.
   * @throws PawlError `E_RUN_EXISTS`, `E_NO_JOB` (nothing to rebuild), `E_JOBS_UNREADABLE`, `E_HOSTS_DISAGREE`, `E_NO_MACHINE`, `E_DEFINITION_CHANGED`
   */
  rebuild(found: LostRun): RunStatus;
  /**
   * Gives the run up: nothing goes on in it any more, and its hosts stay as they are. For a run whose fences were opened by name.
   * Durable when it returns. @throws PawlError `E_OWNED` (a live owner), `E_ENDED`
   */
  abandon(options: { readonly run: string; readonly reason: string; readonly takeOver?: boolean }): void;
  /** Reads only. @throws PawlError `E_NO_RUN` */
  status(run: string): RunStatus;
  /** Every run on record, whatever its machine. Reads only. */
  runs(): readonly RunRecord[];
  /** The runs whose owner died on this machine, oldest first: what a service resumes, or rolls back, when it starts. Reads only. */
  recover(): readonly RunStatus[];
  /** A run's journal, row by row, whoever drives it. Reads only. */
  events(run: string, options?: EventsOptions): AsyncIterable<JournalRow>;
  /**
   * Called after each commit with its rows, in order, and with progress. What a listener throws ends the session as a crash
   * would: nothing that was committed is lost, and the run is resumed.
   * @returns unsubscribe
   */
  onEvent(listener: (event: EngineEvent) => void): () => void;
}
