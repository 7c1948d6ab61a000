import type { Stop } from './attempt';
import type { Failure } from './failure';
import type { Pause } from './pause-wanted';
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
  /** A pause was wanted before a new intent: no other is opened. */
  pause: Pause | undefined;
  /** Something that no outcome may be committed after. */
  fatal: { readonly error: unknown } | undefined;
  /** Called where waits for a retry are to end: another target has failed, or the process leaves. */
  readonly waiting: Set<() => void>;
  /** Ends of attempts, called when the process leaves at once. */
  readonly attempts: Set<Stop>;
  /** No new attempt may begin. */
  stopped(): boolean;
  fail(failure: Failure): void;
  leave(error: unknown): void;
}

export function beginFanOut(targets: readonly string[], done: readonly IntentRecord[]): FanOut {
  const succeeded = new Set(done.map((intent) => intent.target).filter((target) => targets.includes(target)));
  const fan: FanOut = {
    targets,
    left: targets.filter((target) => !succeeded.has(target)),
    inFlight: new Set(),
    succeeded,
    failures: [],
    decided: false,
    pause: undefined,
    fatal: undefined,
    waiting: new Set(),
    attempts: new Set(),
    stopped: () => fan.failures.length > 0 || fan.decided || fan.fatal !== undefined,
    fail(failure) {
      fan.failures.push(failure);
      for (const wake of fan.waiting) wake();
    },
    leave(error) {
      fan.fatal ??= { error };
      for (const wake of fan.waiting) wake();
      const reason = error instanceof Error ? error : new Error(String(error));
      for (const stop of fan.attempts) stop(reason);
    },
  };
  return fan;
}
