import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PawlError } from '@pawl/engine';

const OTHERS = 0o077;

/**
 * Makes folder (0700) and file (0600) where they are not, and refuses ones that others can enter or read: choices and evidence
 * are nobody else's. SQLite gives its own files beside it the same mode.
 * @throws PawlError `E_STORE_MODE`
 */
export function makePrivate(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  refuseWide(folder, `chmod 700 ${folder}, or give a folder of its own`);
  closeSync(openSync(path, 'a', 0o600));
  refuseWide(path, `chmod 600 ${path}`);
}

/** As above, for a database that must be there already. @throws PawlError `E_STORE_MODE`, `E_STORE_OPEN` */
export function requirePrivate(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new PawlError('E_STORE_OPEN', `there is no database ${path}`, {
      hint: 'Give the one that the run was started with.',
    });
  }
  refuseWide(dirname(path), `chmod 700 ${dirname(path)}`);
  refuseWide(path, `chmod 600 ${path}`);
}

function refuseWide(path: string, remedy: string): void {
  const mode = statSync(path).mode & 0o777;
  if ((mode & OTHERS) === 0) return;
  throw new PawlError(
    'E_STORE_MODE',
    `${path} is open to others (mode ${mode.toString(8).padStart(4, '0')})`,
    {
      hint: `It holds a run's choices and evidence: ${remedy}.`,
      facts: { path, mode: mode.toString(8) },
    },
  );
}
