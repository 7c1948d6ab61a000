import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import type { Owner, Owners } from '@pawl/engine';

/** What the kernel says; given by tests. */
export interface ProcessTable {
  readonly pid: number;
  readonly host: string;
  readonly who: string;
  /** Text of a file under /proc, or undefined. */
  read(path: string): string | undefined;
  /** Whether a process of that number is there. */
  exists(pid: number): boolean;
}

/**
 * Owners are processes. A dead one is recognised only on its own machine, by number, start time and boot together: a number
 * alone is given to another process sooner or later.
 *
 * Without /proc there is no start time: a process of that number counts as the owner then, so that an owner is at worst
 * thought alive who is dead, and is taken over by name.
 */
export function processOwners(table: ProcessTable = thisMachine()): Owners {
  const bootId = (): string => table.read('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return {
    self: (database) => ({
      who: table.who,
      host: table.host,
      pid: table.pid,
      startTime: startTime(table, table.pid),
      bootId: bootId(),
      database,
    }),
    liveness: (owner) => {
      if (owner.host !== table.host) return 'elsewhere';
      return isThere(table, owner, bootId()) ? 'alive' : 'dead';
    },
  };
}

function isThere(table: ProcessTable, owner: Owner, bootId: string): boolean {
  if (owner.bootId !== '' && bootId !== '' && owner.bootId !== bootId) return false;
  if (!table.exists(owner.pid)) return false;
  const started = startTime(table, owner.pid);
  return owner.startTime === '' || started === '' || owner.startTime === started;
}

/** Field 22 of /proc/PID/stat, counted after the name, which may hold blanks and parentheses. */
function startTime(table: ProcessTable, pid: number): string {
  const stat = table.read(`/proc/${pid}/stat`);
  if (stat === undefined) return '';
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie holds its number and does nothing any more.
  return state === 'Z' ? 'ended' : (fields[18] ?? '');
}

function thisMachine(): ProcessTable {
  return {
    pid: process.pid,
    host: hostname(),
    who: userName(),
    read: (path) => {
      try {
        return readFileSync(path, 'utf8');
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    exists: (pid) => {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        // EPERM: it is there, and another user's.
        return error instanceof Error && Reflect.get(error, 'code') === 'EPERM';
      }
    },
  };
}

function isMissing(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES';
}

/** A user number without a name is one in a container. */
function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    const uid = process.getuid?.();
    if (uid === undefined) throw error;
    return String(uid);
  }
}
