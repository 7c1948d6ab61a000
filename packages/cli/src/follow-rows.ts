import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, JournalRow, Store } from '@pawl/engine';
import { allRows } from './database';

/** How often it looks, milliseconds. */
const POLL = 500;

/** A run's rows after `after`, and those to come, from the database alone; ends when the run rests or its owner is dead. */
export async function* followRows(
  store: Store,
  engine: Engine,
  run: string,
  after: number,
): AsyncGenerator<JournalRow> {
  for (let seen = after; ;) {
    const { state } = engine.status(run);
    // Read after the state: what was committed before it rested is shown before we stop.
    for (const row of allRows(store, run, seen)) {
      seen = row.seq;
      yield row;
    }
    if (state !== 'running' && state !== 'elsewhere') return;
    await sleep(POLL);
  }
}
