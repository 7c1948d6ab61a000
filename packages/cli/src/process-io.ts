import { hostname, userInfo } from 'node:os';
import { cwd } from 'node:process';
import type { Io } from './io';

/** The real process, for `bin/pawl.js`. */
export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  return {
    stdin,
    stdout,
    stderr,
    env,
    isTTY: { stdin: stdin.isTTY, stdout: stdout.isTTY, stderr: stderr.isTTY },
    signalSource: process,
    who: `${nameOfUser()}@${hostname()}`,
    uid: process.getuid?.() ?? -1,
    cwd: cwd(),
  };
}

/** A uid without an entry in passwd has no name, and runs Pawl all the same. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `uid-${process.getuid?.() ?? 'unknown'}`;
    throw error;
  }
}
