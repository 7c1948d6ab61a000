import { PawlError } from '@pawl/engine';

interface Meaning {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** By the beginning of SQLite's own code. */
const MEANINGS: readonly (readonly [string, Meaning])[] = [
  [
    'SQLITE_BUSY',
    meaning('E_STORE_LOCKED', 'another process keeps it locked', 'Find who holds it; then resume.'),
  ],
  [
    'SQLITE_LOCKED',
    meaning('E_STORE_LOCKED', 'another process keeps it locked', 'Find who holds it; then resume.'),
  ],
  [
    'SQLITE_READONLY',
    meaning('E_STORE_READONLY', 'it can’t be written', 'Make file and folder writable for this user.'),
  ],
  [
    'SQLITE_FULL',
    meaning('E_STORE_FULL', 'its disk is full', 'Make room; then resume. What was committed is safe.'),
  ],
  [
    'SQLITE_IOERR',
    meaning(
      'E_STORE_IO',
      'its disk failed',
      'Look at the kernel’s log; the run goes on from the last commit.',
    ),
  ],
  ['SQLITE_CORRUPT', corrupt()],
  ['SQLITE_NOTADB', corrupt()],
  [
    'SQLITE_CANTOPEN',
    meaning('E_STORE_OPEN', 'it can’t be opened', 'Check the path and the rights of file and folder.'),
  ],
];

/** Runs what touches the database; SQLite's errors come out as Pawl's, with the code a person or a caller can act on. */
export function guarded<T>(location: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw storeError(location, error);
  }
}

/** Any error of the database, as a PawlError where it is one of SQLite's; others unchanged. */
export function storeError(location: string, error: unknown): unknown {
  const found = sqliteCode(error);
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

function corrupt(): Meaning {
  return meaning(
    'E_STORE_CORRUPT',
    'it is damaged, or no database',
    'Keep it as it is. Put back a copy, or rebuild the run from its hosts; never start anew over it.',
  );
}

function meaning(code: string, message: string, hint: string): Meaning {
  return { code, message, hint };
}
