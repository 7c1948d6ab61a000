import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { errnoOf } from '../../src/errno';
import type { HostEntry } from '../../src/hosts-api';
import { until } from '../until';

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

export interface SshdOptions {
  /** Its own host keys; ed25519 if left out. */
  readonly hostKeys?: readonly KeyType[];
  /** More lines for sshd_config, e.g. `ForceCommand …`. */
  readonly config?: readonly string[];
}

/** A real OpenSSH server on 127.0.0.1 with stock limits, for whoever runs the tests. */
export interface Sshd {
  /** Everything of it: keys, known_hosts, configuration. */
  readonly dir: string;
  readonly port: number;
  /** How to get in: the user who runs the tests, a key that is let in. */
  readonly entry: HostEntry;
  /** A known_hosts file that knows all of its keys. */
  readonly knownHosts: string;
  /** A host key of its own: `ssh-ed25519 AAAA…`. */
  publicKey(type: KeyType): string;
  /** What sshd has logged. */
  log(): string;
  /** The processes of its connections: killing one cuts that connection off. */
  connections(): readonly number[];
  /** Ends the server and its connections; `start` brings it back on the same port with the same keys. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** `stop`, and nothing is left: no file, and no command that outlived its connection. */
  remove(): Promise<void>;
}

const program = '/usr/sbin/sshd';

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  if (!existsSync(program)) {
    throw new Error(
      `these tests need a real OpenSSH server: apt-get install --no-install-recommends openssh-server`,
    );
  }
  const dir = mkdtempSync(join(tmpdir(), 'pawl-sshd-'));
  const port = await freePort();
  const hostKeys = options.hostKeys ?? ['ed25519'];
  for (const type of hostKeys) makeKey(join(dir, `host_${type}`), type);
  makeKey(join(dir, 'client'), 'ed25519');
  const publicKey = (type: KeyType): string => publicPart(join(dir, `host_${type}`));
  writeFileSync(join(dir, 'authorized_keys'), `${publicPart(join(dir, 'client'))}\n`);
  const knownHosts = join(dir, 'known_hosts');
  writeFileSync(knownHosts, hostKeys.map((type) => `[127.0.0.1]:${port} ${publicKey(type)}\n`).join(''));
  writeFileSync(join(dir, 'config'), configuration(dir, port, hostKeys, options.config ?? []));
  const user = userInfo().username;
  const entry = { name: 'h1', address: '127.0.0.1', port, user, become: user !== 'root' };
  const server = runServer(dir);
  await server.start();
  return {
    ...{ dir, port, knownHosts, publicKey, ...server },
    entry: { ...entry, privateKeyFile: join(dir, 'client') },
    async remove() {
      await server.stop();
      startedWithHome(dir).forEach(endProcess);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A key pair: FILE and FILE.pub. */
export function makeKey(file: string, type: KeyType, passphrase = ''): void {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', '', '-f', file]);
}

/** `TYPE BASE64` of FILE.pub. */
export function publicPart(file: string): string {
  return readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ').trim();
}

function configuration(
  dir: string,
  port: number,
  hostKeys: readonly KeyType[],
  more: readonly string[],
): string {
  // A home of its own: what the user's shell runs at its start is no part of a test.
  return [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', 'PidFile none', 'LogLevel VERBOSE'],
    ...hostKeys.map((type) => `HostKey ${join(dir, `host_${type}`)}`),
    ...[`AuthorizedKeysFile ${join(dir, 'authorized_keys')}`, 'StrictModes no', 'PermitRootLogin yes'],
    ...[
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      `SetEnv HOME=${dir}`,
      ...more,
      '',
    ],
  ].join('\n');
}

function runServer(dir: string): Pick<Sshd, 'log' | 'connections' | 'stop' | 'start'> {
  let server: ChildProcess | undefined;
  let log = '';
  const connections = (): readonly number[] => (server?.pid === undefined ? [] : childrenOf(server.pid));
  return {
    log: () => log,
    connections,
    async start() {
      // As root, sshd wants this directory for its unprivileged half; the system's service makes it otherwise.
      if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
      const before = log.length;
      const child = spawn(program, ['-D', '-e', '-f', join(dir, 'config')], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      server = child;
      child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
      await until(`sshd listens: ${log}`, () => {
        if (child.exitCode !== null) throw new Error(`sshd ended: ${log}`);
        return log.slice(before).includes('Server listening');
      });
    },
    async stop() {
      const last = server;
      if (last === undefined) return;
      const open = connections();
      server = undefined;
      const gone = new Promise((resolve) => last.once('exit', resolve));
      last.kill();
      for (const pid of open) endProcess(pid);
      await gone;
    },
  };
}

/** Ends a process that a test started (or that the test's own sshd did); one that is gone already is fine. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

/** Every process of this server's sessions has its directory for HOME. */
function startedWithHome(dir: string): readonly number[] {
  return allProcesses().filter(
    (pid) => readProc(pid, 'environ')?.split('\0').includes(`HOME=${dir}`) === true,
  );
}

/** Whether a process lives; one that has ended and waits to be collected doesn't. */
export function isAlive(pid: number): boolean {
  const state = stateOf(pid)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Whether it was stopped by SIGSTOP. */
export function isStopped(pid: number): boolean {
  return stateOf(pid)?.state === 'T';
}

function childrenOf(parent: number): readonly number[] {
  return allProcesses().filter((pid) => stateOf(pid)?.parent === parent);
}

function allProcesses(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function stateOf(pid: number): { readonly parent: number; readonly state: string } | undefined {
  const stat = readProc(pid, 'stat');
  if (stat === undefined) return undefined;
  const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(parent), state };
}

function readProc(pid: number, name: 'stat' | 'environ'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (['ESRCH', 'ENOENT', 'EACCES'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}
