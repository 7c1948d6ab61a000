import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { PawlError } from '@pawl/engine';
import type { Io } from './io';

/** Where the runs of this user are kept. */
export interface Place {
  readonly database: string;
  /** Beside the database: a folder a run, with its log and its evidence. */
  readonly runs: string;
  /** Whether `--db` has to be repeated in the command to run next. */
  readonly given: boolean;
}

/** `--db FILE`, else /var/lib/pawl/controller for root, `$XDG_STATE_HOME/pawl` (~/.local/state/pawl) for others. */
export function placeOf(io: Pick<Io, 'env' | 'uid' | 'cwd'>, db: string | undefined): Place {
  const database = db === undefined ? join(stateDir(io), 'pawl.db') : resolve(io.cwd, db);
  return { database, runs: join(dirname(database), 'runs'), given: db !== undefined };
}

export function runDir(place: Place, run: string): string {
  return join(place.runs, run);
}

/** Makes a directory of ours, 0700. One that is there is left as it is. @throws PawlError `E_STATE_DIR` */
export function makePrivateDir(path: string): void {
  if (existsSync(path)) return;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new PawlError('E_STATE_DIR', `the directory ${path} can't be made: ${(error as Error).message}`, {
      where: path,
      hint: 'Pawl keeps its records there. Make room or mend the permissions, or name another place with --db FILE.',
      cause: error,
    });
  }
}

function stateDir(io: Pick<Io, 'env' | 'uid'>): string {
  if (io.uid === 0) return '/var/lib/pawl/controller';
  const xdg = io.env['XDG_STATE_HOME'];
  return xdg?.startsWith('/') === true
    ? join(xdg, 'pawl')
    : join(io.env['HOME'] ?? homedir(), '.local/state/pawl');
}
