import { pauseWanted } from './pause-wanted';
import type { Work } from './work';

/** Requests of other processes are rows: they are looked for this often while nothing else happens. */
const LOOK_MS = 250;

/** Waits for a due time. Ends early when the run is to pause or `hurry` is aborted; the due time stays a row, and is honoured later. */
export async function waitUntil<R, H extends R>(
  work: Work<R, H>,
  due: string | undefined,
  hurry: AbortSignal,
): Promise<void> {
  if (due === undefined) return;
  for (;;) {
    const left = Date.parse(due) - work.now().getTime();
    if (!(left > 0) || hurry.aborted || pauseWanted(work) !== undefined) return;
    await sleep(
      Math.min(left, LOOK_MS),
      work.signal === undefined ? hurry : AbortSignal.any([hurry, work.signal]),
    );
  }
}

function sleep(ms: number, wake: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      wake.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    wake.addEventListener('abort', done, { once: true });
  });
}
