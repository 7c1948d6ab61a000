import type { Sh } from './sh';

export interface CommandResult {
  /** null where a signal ended it. */
  readonly exit: number | null;
  readonly signal?: string;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface ReadOptions {
  /** Goes to the command's standard input: key names and other secrets travel here, never in argv. */
  readonly stdin?: string | Buffer;
  /** Environment, set by `env NAME=VALUE` on the host; no secrets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ended on the host too (by `timeout`); 60 000 if left out. */
  readonly timeoutMs?: number;
  /** More than this on stdout or stderr is an error (`E_OUTPUT_TOO_LARGE`); 64 MiB if left out. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** A host that can be looked at. Nothing here changes anything: `check` and `plan` get no more than this. */
export interface ReadHost {
  /** As the inventory names it; the target of steps. */
  readonly name: string;
  /** Where it is reached: ansible_host, else the name. */
  readonly address: string;
  /**
   * Runs a read-only command as root, argv quoted for POSIX sh. An exit status other than 0 is a result, not an error.
   * @throws HostError `E_UNREACHABLE`, `E_HOST_KEY`, `E_AUTH`, `E_SUDO`, `E_REQUIRETTY`, `E_TIMEOUT`, `E_OUTPUT_TOO_LARGE`
   */
  read(argv: readonly string[], options?: ReadOptions): Promise<CommandResult>;
  /** As `read`, with a quoted read-only script, run by `/bin/sh -eu`. */
  readScript(script: Sh, options?: ReadOptions): Promise<CommandResult>;
  /** stdout as it comes, for answers too large to hold. Rejects at the end if the command failed. */
  readStream(argv: readonly string[], options?: ReadOptions): AsyncIterable<Buffer>;
}

/** One guarded change: what a job on the host does. Pure data, so that `plan` prints what `run` executes. */
export interface Change {
  /** One line for people: `rename member to pawl-RUN/original/member`. */
  readonly what: string;
  /** POSIX sh, run by `/bin/sh -eu` as root. Every value in it was quoted by the `sh` tag. Idempotent, unless `once` is given. */
  readonly script: Sh;
  /**
   * Facts that a rollback needs about what the script is going to change. Run first; its stdout is kept on the host under
   * `name`, written once per run and synced before the job is marked `started`: a second attempt reads the first one's.
   */
  readonly record?: { readonly name: string; readonly script: Sh };
  /** One-shot key, e.g. `migrate-copy-1`: the guard starts at most one job with it, ever. */
  readonly once?: string;
  /** The job's standard input. Never kept, never shown. */
  readonly stdin?: string | Buffer;
  /** Ended on the host when it has run this long; 60 000 if left out. */
  readonly deadlineMs?: number;
}

export interface JobResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What `record` printed when it first ran in this run. */
  readonly recorded?: string;
  /** The job had been made before this call: by an owner who died, or before a lost connection. */
  readonly reattached: boolean;
}

/** A host that can be changed, through the guard alone, by one intent. */
export interface GuardedHost extends ReadHost {
  /**
   * Makes the intent's job and waits for it; where the job exists, re-attaches. Durable on the host before the script
   * begins: the job, its intent, its recorded facts and the mark `started`. A lost connection is not a failure: it reconnects
   * and re-attaches until the deadline. May happen twice: never under one intent. Never: a job whose fence carries another
   * claim, or a second start with one `once` key.
   * @throws HostError `E_FENCED`, `E_FENCE_MISSING` (fence or guard were removed), `E_JOB_LOST` (started, and neither running nor
   * exited: the host went down, or it was killed), `E_ONE_SHOT_STARTED`, `E_DEADLINE` (ended on the host), `E_UNREACHABLE` and
   * `E_JOB_RUNNING` (it may go on, or does: call again with the same intent), `E_GUARD` (full or read-only disk), `E_NO_TMPFS`, Error on a second call
   */
  change(change: Change): Promise<JobResult>;
}
