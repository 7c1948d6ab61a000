import type { Failure } from './failure';
import type { IntentRecord } from './records';

/** A step on its way over its targets: who is left, in flight, done; and whether it goes on. Process memory only. */
export interface FanOut {
  readonly targets: readonly string[];
  /** Not begun yet, in order. */
  readonly left: string[];
  /** Attempts between the commit of their intent and that of their outcome. */
  readonly inFlight: Set<string>;
  readonly succeeded: Set<string>;
  readonly failures: Failure[];
  /** The step's end is committed. */
  decided: boolean;
  /** Something that no outcome may be committed after. */
  fatal: { readonly error: unknown } | undefined;
  /** Ends waits for a retry: another target has failed, or the process leaves. */
  readonly hurry: AbortSignal;
  /** Given to attempts: aborted when the process leaves at once. */
  readonly leaving: AbortSignal;
  /** No new attempt may begin. */
  stopped(): boolean;
  fail(failure: Failure): void;
  leave(error: unknown): void;
}

export function beginFanOut(targets: readonly string[], done: readonly IntentRecord[]): FanOut {
  const succeeded = new Set(done.map((intent) => intent.target).filter((target) => targets.includes(target)));
  const hurry = new AbortController();
  const leaving = new AbortController();
  const fan: FanOut = {
    targets,
    left: targets.filter((target) => !succeeded.has(target)),
    inFlight: new Set(),
    succeeded,
    failures: [],
    decided: false,
    fatal: undefined,
    hurry: hurry.signal,
    leaving: leaving.signal,
    stopped: () => fan.failures.length > 0 || fan.decided || fan.fatal !== undefined,
    fail(failure) {
      fan.failures.push(failure);
      hurry.abort();
    },
    leave(error) {
      fan.fatal ??= { error };
      hurry.abort();
      leaving.abort(error instanceof Error ? error : new Error(String(error)));
    },
  };
  return fan;
}
