import { PawlError } from '@pawl/engine';

interface Meaning {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const LOCKED = meaning(
  'E_STORE_LOCKED',
  'another process keeps it locked',
  'Find who holds it; then resume.',
);
const READONLY = meaning(
  'E_STORE_READONLY',
  'it can’t be written',
  'Make its disk, folder and file writable for this user; then resume. What was committed is safe.',
);
const FULL = meaning(
  'E_STORE_FULL',
  'its disk is full',
  'Make room; then resume. What was committed is safe.',
);
const OPEN = meaning(
  'E_STORE_OPEN',
  'it can’t be opened',
  'Check the path and the rights of file and folder.',
);
const IO = meaning(
  'E_STORE_IO',
  'its disk failed',
  'Look at the kernel’s log; the run goes on from the last commit.',
);
const CORRUPT = meaning(
  'E_STORE_CORRUPT',
  'it is damaged, or no database',
  'Keep it as it is, out of the way. Put back a copy, or rebuild the run from its hosts: pawl resume --from-hosts -i INVENTORY. Never start anew over it.',
);

/** By the beginning of SQLite's own code, or of the operating system's. */
const MEANINGS: readonly (readonly [string, Meaning])[] = [
  ['SQLITE_BUSY', LOCKED],
  ['SQLITE_LOCKED', LOCKED],
  ['SQLITE_READONLY', READONLY],
  ['SQLITE_FULL', FULL],
  ['SQLITE_IOERR', IO],
  ['SQLITE_CORRUPT', CORRUPT],
  ['SQLITE_NOTADB', CORRUPT],
  ['SQLITE_CANTOPEN', OPEN],
  ['EROFS', READONLY],
  ['ENOSPC', FULL],
  ['EDQUOT', FULL],
  ['EIO', IO],
  ['E', OPEN],
];

/** Runs what touches the database; SQLite's errors come out as Pawl's, with the code a person or a caller can act on. */
export function guarded<T>(location: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw storeError(location, error);
  }
}

/** SQLite read it without complaint, and it is not what the store writes. */
export class DamagedRow extends Error {
  readonly code = 'SQLITE_CORRUPT_ROW';
}

/** Any error of the database, as a PawlError where it is one of SQLite's or of its disk; others unchanged. */
export function storeError(location: string, error: unknown): unknown {
  const found = sqliteCode(error) ?? systemCode(error);
  if (found === undefined) return error;
  const { code, message, hint } =
    MEANINGS.find(([prefix]) => found.startsWith(prefix))?.[1] ??
    meaning('E_STORE', error instanceof Error ? error.message : found, 'Report this with the journal.');
  return new PawlError(code, `the database ${location}: ${message} (${found})`, { hint, cause: error });
}

/**
 * SQLite's own code, if it is an error of SQLite's. Known by its code, not its class: the native library keeps the class of
 * whoever loaded it first in the process.
 */
export function sqliteCode(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

/** Of the file system, where folder and file are made before SQLite is asked. */
function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('syscall' in error)) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

function meaning(code: string, message: string, hint: string): Meaning {
  return { code, message, hint };
}
