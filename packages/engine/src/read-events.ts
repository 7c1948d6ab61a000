import type { EventsOptions } from './engine-api';
import { loadRun } from './ownership';
import type { Store } from './ports';
import type { JournalRow } from './records';

const AT_ONCE = 500;
const LOOK_MS = 250;

/** A run's rows in order, and, if followed, those to come until it rests. Reads only. @throws PawlError `E_NO_RUN` */
export async function* readEvents(
  store: Store,
  run: string,
  { after = 0, follow = false, signal }: EventsOptions,
): AsyncGenerator<JournalRow> {
  for (let last = after; ;) {
    // Asked before the rows are read: what a run at rest has, is there.
    const rests = loadRun(store, run).state !== 'running';
    const rows = store.journal(run, last, AT_ONCE);
    yield* rows;
    last = rows.at(-1)?.seq ?? last;
    if (signal?.aborted === true || (rows.length === 0 && (rests || !follow))) return;
    if (rows.length === 0) await pause(signal);
  }
}

function pause(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, LOOK_MS);
    signal?.addEventListener('abort', done, { once: true });
  });
}
