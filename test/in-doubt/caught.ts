import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PrivateHost } from '../../packages/hosts/test/guard/private-host';
import { stateOf, until } from '../lab/processes';

/** For `beforeMigrate`: the process stands still before it becomes etcdctl. Idle: it never takes a processor from who stops it again. */
export const STAND_STILL = 'chrt -i -p 0 $$; kill -STOP $$';

/** Lets it go on to its end, like any other process. */
export function wakeUp(pid: number): void {
  spawnSync('chrt', ['-a', '-o', '-p', '0', String(pid)]);
  process.kill(pid, 'SIGCONT');
}

/** The process that is about to be, or is, `etcdctl migrate`, once it stands still. */
export async function standingStill(host: PrivateHost): Promise<number> {
  let pid = 0;
  await until('migrate stands still', () => {
    pid = numberIn(host.path('/var/lib/migrate-pid'));
    return pid > 0 && stateOf(pid) === 'T';
  });
  return pid;
}

/**
 * Lets it go on a little at a time, until the database of its copy holds so many keys, and leaves it standing still. While it
 * stands its store's commit falls due, and a copy of the database is asked how much is in it: proven, not timed.
 * @returns the keys that the copy's database holds now
 */
export async function letMigrate(
  host: PrivateHost,
  pid: number,
  copy: string,
  wanted: number,
  all: number,
): Promise<number> {
  const member = host.path(`${copy}/member`);
  const log = readdirSync(`${member}/wal`).reduce(
    (sum, name) => sum + statSync(`${member}/wal/${name}`).size,
    0,
  );
  let keys = 0;
  for (const end = Date.now() + 120_000; Date.now() < end;) {
    if (stateOf(pid) === '') throw new Error(`missed: migrate has ended, with ${keys} keys seen before`);
    keys = keysIn(host, `${copy}/member/snap/db`);
    if (keys >= wanted) {
      if (keys > all * 0.95) throw new Error(`missed: ${keys} of ${all} keys were migrated already`);
      return keys;
    }
    // It reads the whole log before it writes the first key.
    goOn(pid, readBy(pid) < log * 0.9 ? 8_000_000 : 1_000_000);
    await sleep(105);
  }
  throw new Error(`migrate does not get on: ${keys} of ${all} keys`);
}

/** Until it has had that much of a processor, nanoseconds. A shell's own `kill`, twice, is some 50 µs; a sleep would be far more. */
function goOn(pid: number, nanoseconds: number): void {
  const loop = `n=0; while [ $n -lt 5 ]; do kill -CONT ${pid}; kill -STOP ${pid}; n=$((n + 1)); done`;
  const before = runtimeOf(pid);
  for (let turns = 0; turns < 200 && runtimeOf(pid) - before < nanoseconds; turns += 1)
    spawnSync('sh', ['-c', loop], { stdio: 'ignore' });
}

/** Of all its threads; 0 where it has ended. */
function runtimeOf(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const each = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'));
    return each.reduce((sum, said) => sum + Number(said.split(' ')[0]), 0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return Infinity;
    throw error;
  }
}

function readBy(pid: number): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

/** Of a copy of the file: `snapshot status` waits for ever on one that is in use. */
export function keysIn(host: PrivateHost, db: string): number {
  const script = `cp ${db} /run/look.db && ETCDCTL_API=3 timeout 20 /usr/bin/etcdctl -w json snapshot status /run/look.db`;
  const { stdout } = spawnSync('nsenter', ['-t', String(host.keeper), '-m', '--', '/bin/sh', '-c', script]);
  return Number(/"totalKey":(\d+)/.exec(stdout.toString())?.[1] ?? 0);
}

function numberIn(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
