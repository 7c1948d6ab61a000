import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Change, JobResult } from '@pawl/hosts';

export const SHELLS: readonly (readonly string[])[] = [['dash'], ['bash', '--posix'], ['busybox', 'sh']];

/** Runs a change's script as the guard would, without a guard. */
export function runChange(change: Change, shell: readonly string[] = ['/bin/sh']): JobResult {
  const [command = '', ...args] = shell;
  // `sync` waits for all that this machine has to write, others' tests included.
  const quick = 'sync() { :; }\n';
  const run = (script: string): ReturnType<typeof spawnSync> =>
    spawnSync(command, [...args, '-euc', quick + script], {
      input: change.stdin ?? '',
      timeout: 60_000,
      maxBuffer: 1e8,
    });
  const recorded = change.record === undefined ? undefined : String(run(change.record.script.text).stdout);
  const result = run(change.script.text);
  return {
    exit: result.status ?? -1,
    stdout: String(result.stdout),
    stderr: String(result.stderr),
    ...(recorded === undefined ? {} : { recorded }),
    reattached: false,
  };
}

/** For a script with a folder `$d`: a clock that is set once it has been looked at. */
export function jumpingDate(bySeconds: number): string {
  return `date() { if [ -e "$d/seen" ]; then echo $((1000000 + ${bySeconds})); else : >"$d/seen"; echo 1000000; fi; }`;
}

/** In memory where that can be: etcd waits for the disk at each write. */
export function scratchDirectory(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pawl-etcd-'));
}
