import { DeadlinePassed } from './failure';

/** What became of an attempt. */
export type Ended<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/**
 * Runs one attempt until it ends, its deadline passes or the process leaves; the two latter abort the signal it was given.
 * What it does afterwards, if it does not heed the signal, is not looked at any more. Never rejects.
 */
export async function attempt<T>(
  run: (signal: AbortSignal) => Promise<T>,
  deadlineMs: number,
  leave: AbortSignal,
): Promise<Ended<T>> {
  // One controller with a listener of its own: `AbortSignal.any` costs more than a whole commit's rows.
  const { signal, stop, stopped } = stoppable();
  const left = (): void => stop(leave.reason instanceof Error ? leave.reason : new Error('aborted'));
  const late = (): void =>
    stop(new DeadlinePassed('E_DEADLINE', `it took longer than its deadline of ${deadlineMs} ms`));
  const timer = setTimeout(late, deadlineMs);
  if (leave.aborted) left();
  else leave.addEventListener('abort', left, { once: true });
  try {
    return { ok: true, value: await Promise.race([stopped, settled(run, signal)]) };
  } catch (error) {
    return { ok: false, error };
  } finally {
    clearTimeout(timer);
    leave.removeEventListener('abort', left);
  }
}

/** A step that throws before its first await has failed like any other. */
async function settled<T>(run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return await run(signal);
}

interface Stoppable {
  readonly signal: AbortSignal;
  readonly stop: (reason: Error) => void;
  /** Rejects when it is stopped, or never settles. */
  readonly stopped: Promise<never>;
}

function stoppable(): Stoppable {
  const controller = new AbortController();
  let stop: Stoppable['stop'] = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (reason) => {
      reject(reason);
      controller.abort(reason);
    };
  });
  return { signal: controller.signal, stop, stopped };
}
