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
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(new DeadlinePassed('E_DEADLINE', `it took longer than its deadline of ${deadlineMs} ms`));
  }, deadlineMs);
  const signal = AbortSignal.any([late.signal, leave]);
  try {
    return { ok: true, value: await Promise.race([aborted(signal), settled(run, signal)]) };
  } catch (error) {
    return { ok: false, error };
  } finally {
    clearTimeout(timer);
  }
}

/** A step that throws before its first await has failed like any other. */
async function settled<T>(run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return await run(signal);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
