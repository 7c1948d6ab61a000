import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { PawlError } from '@pawl/engine';
import { refuseNetworkFileSystem } from './local-file-system';
import { migrate, readMigrations, requireSchema } from './migrations';
import { makePrivate, requirePrivate } from './private-place';
import { guarded, storeError } from './sqlite-errors';

export interface OpenOptions {
  /** Nothing is written, nothing is made. */
  readonly readonly?: boolean;
  /** How long a lock of another process is waited for; 5000 ms if left out. */
  readonly busyTimeoutMs?: number;
  /** The database grows no further than so many pages of 2 KiB (`E_STORE_FULL` then); no limit if left out. */
  readonly maxPages?: number;
}

/** Has the fix for lost WAL frames that 3.51.3 brought. */
const OLDEST_SQLITE = [3, 51, 3] as const;

/** What durability rests on; each is read back, since SQLite ignores in silence what it can't do. */
const PRAGMAS: readonly (readonly [name: string, set: string, is: string | number])[] = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
];

/**
 * What a commit costs: it writes each page that it touched. Half of SQLite's page is the smallest that a row of the journal
 * does not run out of, and twice its number of them between two checkpoints is as much. A database that was made with other
 * pages keeps them.
 */
const SIZES = ['page_size = 2048', 'wal_autocheckpoint = 2000'];

/**
 * Opens the file, or makes it, and refuses everything that a promise could break on.
 * @throws PawlError `E_STORE_MODE`, `E_STORE_NETWORK_FS`, `E_STORE_PRAGMA`, `E_STORE_SQLITE`, `E_STORE_SCHEMA_…`, `E_STORE_…`
 */
export function openDatabase(path: string, options: OpenOptions = {}): Database.Database {
  const location = resolve(path);
  const { readonly = false, busyTimeoutMs = 5000 } = options;
  guarded(location, () => {
    (readonly ? requirePrivate : makePrivate)(location);
    refuseNetworkFileSystem(dirname(location));
  });
  let db: Database.Database | undefined;
  try {
    db = new Database(location, { readonly, fileMustExist: true, timeout: busyTimeoutMs });
    requireSqlite(db);
    setPragmas(db, location, readonly);
    if (options.maxPages !== undefined) db.pragma(`max_page_count = ${options.maxPages}`);
    (readonly ? requireSchema : migrate)(db, location, readMigrations());
    return db;
  } catch (error) {
    db?.close();
    throw storeError(location, error);
  }
}

function requireSqlite(db: Database.Database): void {
  const version = db.prepare('SELECT sqlite_version()').pluck().get() as string;
  const parts = version.split('.').map(Number);
  for (const [index, least] of OLDEST_SQLITE.entries()) {
    const part = parts[index] ?? 0;
    if (part > least) return;
    if (part < least) {
      throw new PawlError('E_STORE_SQLITE', `SQLite ${version} is older than ${OLDEST_SQLITE.join('.')}`, {
        hint: 'Install better-sqlite3 as package-lock.json names it.',
      });
    }
  }
}

function setPragmas(db: Database.Database, location: string, readonly: boolean): void {
  for (const size of readonly ? [] : SIZES) db.pragma(size);
  for (const [name, set, is] of PRAGMAS) {
    if (!(readonly && name === 'journal_mode')) db.pragma(`${name} = ${set}`);
    const got: unknown = db.pragma(name, { simple: true });
    if (got === is) continue;
    throw new PawlError('E_STORE_PRAGMA', `${location}: ${name} is ${String(got)} and won't be ${set}`, {
      hint: 'A commit there might not survive a crash. Put the database on another file system.',
    });
  }
}
