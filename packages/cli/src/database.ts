import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { PawlError, type Head, type JournalRow, type RunRecord, type Store } from '@pawl/engine';
import { openStore } from '@pawl/store';
import { makePrivateDir, type Place } from './state-dir';

/** Opens the database to drive a run; makes it where there is none. @throws PawlError, exit 9 */
export function openToWrite(place: Place): Store {
  makePrivateDir(dirname(place.database));
  return openStore(place.database);
}

/** Opens the database to look at it, from wherever; undefined where there is none, which is: no runs. Changes nothing. */
export function openToRead(place: Place): Store | undefined {
  return existsSync(place.database) ? openStore(place.database, { readonly: true }) : undefined;
}

/** As they say, of a database that has to be there. @throws PawlError `E_NO_RUN` */
export function openExistingToRead(place: Place): Store {
  const store = openToRead(place);
  if (store === undefined) throw noRuns(place);
  return store;
}

export function openExistingToWrite(place: Place): Store {
  if (!existsSync(place.database)) throw noRuns(place);
  return openToWrite(place);
}

export async function withStore<T>(store: Store, use: (store: Store) => T | Promise<T>): Promise<T> {
  try {
    return await use(store);
  } finally {
    store.close();
  }
}

/** All rows of a run, in pages, as far as they go. */
export function allRows(store: Store, run: string, after = 0): ReturnType<Store['journal']> {
  const rows = [];
  let last = after;
  for (;;) {
    const page = store.journal(run, last, PAGE);
    rows.push(...page);
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE) return rows;
    last = end.seq;
  }
}

/** A run's record, all its rows and the end that the record has, of one moment: whoever drives it writes between two reads. */
export function wholeJournal(
  store: Store,
  run: string,
): { readonly record: RunRecord; readonly rows: readonly JournalRow[]; readonly head: Head } {
  for (;;) {
    const head = store.head(run);
    const record = store.load(run);
    if (record === undefined) throw new PawlError('E_NO_RUN', `there is no run ${run}`);
    const rows = allRows(store, run);
    if (store.head(run).seq === head.seq) return { record, rows, head };
  }
}

function noRuns(place: Place): PawlError {
  return new PawlError('E_NO_RUN', 'there are no runs', {
    where: place.database,
    hint: 'Runs are kept per user: become the one who began it, or name the database with --db FILE. Where it is lost, hosts keep what they know of theirs: pawl resume --from-hosts -i INVENTORY',
  });
}

const PAGE = 1000;
