import { DeadlinePassed } from './failure';

/** What became of an attempt. */
export type Ended<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** Ends an attempt from outside, with this as its error. */
export type Stop = (reason: Error) => void;

/**
 * Runs one attempt until it ends, its deadline passes or the process leaves; the two latter abort the signal it was given.
 * What it does afterwards, if it does not heed the signal, is not looked at any more. Never rejects.
 * @param running attempts that are stopped when the process leaves: this one is among them as long as it runs
 */
export async function attempt<T>(
  run: (signal: AbortSignal) => Promise<T>,
  deadlineMs: number,
  running: Set<Stop>,
): Promise<Ended<T>> {
  // One controller an attempt: a signal over two others costs as much as the rows of a commit.
  const controller = new AbortController();
  let stop: Stop = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (reason) => {
      reject(reason);
      controller.abort(reason);
    };
  });
  const late = (): void =>
    stop(new DeadlinePassed('E_DEADLINE', `it took longer than its deadline of ${deadlineMs} ms`));
  const timer = setTimeout(late, deadlineMs);
  running.add(stop);
  try {
    return { ok: true, value: await Promise.race([stopped, settled(run, controller.signal)]) };
  } catch (error) {
    return { ok: false, error };
  } finally {
    clearTimeout(timer);
    running.delete(stop);
  }
}

/** A step that throws before its first await has failed like any other. */
async function settled<T>(run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return await run(signal);
}
