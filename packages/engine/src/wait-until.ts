import type { FanOut } from './fan-out';
import { pauseHere } from './pause-wanted';
import type { Work } from './work';

/** Requests of other processes are rows: they are looked for this often while nothing else happens. */
const LOOK_MS = 250;

/**
 * Waits for a due time. Ends early when the run is to pause or the step stops; the due time stays a row, and is honoured later.
 * @param mostMs the delay that the due time was made of: however far off a clock that was set back makes it look, no wait is longer
 */
export async function waitUntil<R, H extends R>(
  work: Work<R, H>,
  due: string,
  mostMs: number,
  fan: Pick<FanOut, 'stopped' | 'waiting'>,
): Promise<void> {
  const end = performance.now() + mostMs;
  for (;;) {
    const left = Math.min(Date.parse(due) - work.now().getTime(), end - performance.now());
    if (!(left > 0) || fan.stopped() || pauseHere(work) !== undefined) return;
    await sleep(Math.min(left, LOOK_MS), fan.waiting, work.signal);
  }
}

function sleep(ms: number, waiting: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      waiting.delete(wake);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    waiting.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
  });
}
