import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { type HostEntry, localTransport, type Transport } from '../../src';

/** A host inside this machine: its own /var/lib, /run, /etc/systemd/system and /usr/local, its own /bin/sh, the same kernel. */
export interface PrivateHost {
  readonly entry: HostEntry;
  readonly transport: Transport;
  /** A process inside it, for nsenter. */
  readonly keeper: number;
  /** A path there, as this process can reach it: cheaper than a script. */
  path(path: string): string;
  /** Runs a script there, without Pawl; its stdout. Throws where it fails. */
  sh(script: string, stdin?: string | Buffer): string;
  /** The processes that hold the lock of a job, the runner included. */
  holders(lock: string): readonly number[];
  /** Every process there ends at once, as in a crash of the host; its files stay. */
  crash(): void;
  close(): Promise<void>;
}

/** Says why not, where these tests can't run. */
export function whyNoPrivateHost(): string | undefined {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root: no private mount namespace can be made';
  const tried = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { encoding: 'utf8' });
  return tried.status === 0 ? undefined : `unshare and mount don't work here: ${tried.stderr}`;
}

const shells = { dash: '/bin/dash', bash: '/bin/bash', busybox: '/bin/busybox' } as const;
export type Shell = keyof typeof shells;

export async function privateHost(shell: Shell = 'dash'): Promise<PrivateHost> {
  const keeper = spawn('unshare', ['-m', '--propagation', 'private', '/bin/sh', '-c', prepare(shell)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(keeper.stdout, 'data');
  const { pid } = keeper;
  if (pid === undefined) throw new Error('unshare did not start');
  const within = ['nsenter', '-t', String(pid), '-m', '--', '/bin/sh', '-c'] as const;
  const namespace = readlinkSync(`/proc/${pid}/ns/mnt`);
  const transport = localTransport(within);
  return {
    entry: { name: shell, address: 'localhost', port: 22, user: 'root', become: false },
    transport,
    keeper: pid,
    path: (path) => `/proc/${pid}/root${path}`,
    sh: (script, stdin) => runThere(within, script, stdin),
    holders: (lock) => processes((process) => descriptors(process).includes(lock)),
    crash() {
      for (const process of inside(namespace, keeper)) kill(process);
    },
    async close() {
      await transport.close();
      for (const process of inside(namespace, keeper)) kill(process);
      const gone = once(keeper, 'exit');
      keeper.stdin.end();
      await gone;
    },
  };
}

/** Ends when its standard input does: also where the tests are killed. */
function prepare(shell: Shell): string {
  const dirs = '/var/lib /run /etc/systemd/system /usr/local/bin /usr/local/sbin';
  const mounts = `for dir in ${dirs}; do mount -t tmpfs tmpfs "$dir"; done`;
  return `set -eu; ${mounts}; mount --bind ${shells[shell]} /bin/sh; echo ready; exec cat >/dev/null`;
}

function runThere(within: readonly string[], script: string, stdin: string | Buffer = ''): string {
  const [file = '', ...words] = within;
  const done = spawnSync(file, [...words, script], { input: stdin, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${script}\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

function inside(namespace: string, keeper: ChildProcess): readonly number[] {
  return processes((process) => process !== keeper.pid && link(`/proc/${process}/ns/mnt`) === namespace);
}

function processes(matching: (process: number) => boolean): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((process) => Number.isInteger(process) && matching(process));
}

function descriptors(process: number): readonly string[] {
  try {
    return readdirSync(`/proc/${process}/fd`).map((fd) => link(`/proc/${process}/fd/${fd}`));
  } catch (error) {
    return gone(error, []);
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch (error) {
    return gone(error, '');
  }
}

function kill(process_: number): void {
  try {
    process.kill(process_, 'SIGKILL');
  } catch (error) {
    gone(error, undefined);
  }
}

/** A process may end while it is looked at. */
function gone<T>(error: unknown, instead: T): T {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EINVAL') return instead;
  throw error;
}
