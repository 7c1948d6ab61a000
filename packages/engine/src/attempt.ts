import { DeadlinePassed } from './failure';

/** What became of an attempt. */
export type Ended<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** Ends an attempt from outside, with this as its error. */
export type Stop = (reason: Error) => void;

/** The attempt's signal, made when it is first asked for: it costs as much as the rows of a commit. */
export type SignalOf = () => AbortSignal;

/**
 * Runs one attempt until it ends, its deadline passes or the process leaves; the two latter abort the signal it was given.
 * What it does afterwards, if it does not heed the signal, is not looked at any more. Never rejects.
 * @param running attempts that are stopped when the process leaves: this one is among them as long as it runs
 */
export async function attempt<T>(
  run: (signal: SignalOf) => Promise<T>,
  deadlineMs: number,
  running: Set<Stop>,
): Promise<Ended<T>> {
  let controller: AbortController | undefined;
  let given: Error | undefined;
  let stop: Stop = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (reason) => {
      given ??= reason;
      reject(reason);
      controller?.abort(reason);
    };
  });
  const signal: SignalOf = () => {
    controller ??= new AbortController();
    if (given !== undefined) controller.abort(given);
    return controller.signal;
  };
  const late = (): void =>
    stop(
      new DeadlinePassed('E_DEADLINE', `it took longer than its deadline of ${deadlineMs} ms`, {
        hint: 'Is a host, or a disk of it, slower than usual? Mend that, then resume: what it has begun is found as it ended.',
      }),
    );
  const timer = setTimeout(late, deadlineMs);
  running.add(stop);
  try {
    return { ok: true, value: await Promise.race([stopped, settled(run, signal)]) };
  } catch (error) {
    return { ok: false, error };
  } finally {
    clearTimeout(timer);
    running.delete(stop);
  }
}

/** A step that throws before its first await has failed like any other. */
async function settled<T>(run: (signal: SignalOf) => Promise<T>, signal: SignalOf): Promise<T> {
  return await run(signal);
}
