import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { userInfo } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { CommandResult } from './host';
import { HostError } from './host-error';
import type { Transport, TransportOptions } from './transport';

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * The controller's own machine as a host: each command line is a child process. `shell` is what the line is given to, as
 * the last argument; a line runs where that shell runs. Everything else is as sshd would have it: a session of its own, which
 * Ctrl-C and a lost terminal of the controller's don't reach and in which sudo (`use_pty`) finds no terminal to take over; and
 * nothing of the controller's environment, where an ETCDCTL_ENDPOINTS may stand.
 */
export function localTransport(shell: readonly [string, ...string[]] = ['/bin/sh', '-c']): Transport {
  const running = new Set<Child>();
  let closed = false;
  return {
    run(commandLine, options) {
      if (closed) return Promise.reject(unreachable('its transport is closed', false));
      if (options.signal?.aborted === true) return Promise.reject(aborted(false));
      const [file, ...words] = shell;
      const child = spawn(file, [...words, commandLine], {
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true,
        cwd: '/',
        env: loginEnvironment(),
      });
      running.add(child);
      options.onBegin?.();
      return finished(child, options).finally(() => running.delete(child));
    },
    close() {
      closed = true;
      // The pipes go, the processes stay: as with a connection that is closed.
      for (const child of running) {
        letGo(child);
        child.emit('error', new Error('the transport was closed'));
      }
      return Promise.resolve();
    },
  };
}

function loginEnvironment(): NodeJS.ProcessEnv {
  const { username, homedir, shell } = userInfo();
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: homedir,
    USER: username,
    LOGNAME: username,
    SHELL: shell ?? '/bin/sh',
  };
}

async function finished(child: Child, options: TransportOptions): Promise<CommandResult> {
  const ended = status(child, options.signal);
  sendInput(child, options.stdin);
  const [stdout, stderr, how] = await Promise.all([
    collect(child, child.stdout, options, options.onStdout),
    collect(child, child.stderr, options),
    ended,
  ]);
  return { ...how, stdout, stderr };
}

function status(
  child: Child,
  signal: AbortSignal | undefined,
): Promise<{ exit: number | null; signal?: string }> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      letGo(child);
      reject(aborted(true));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    child.once('error', (error) => {
      reject(unreachable(error.message, true, error));
    });
    child.once('close', (exit, killedBy) => {
      signal?.removeEventListener('abort', onAbort);
      resolve(killedBy === null ? { exit } : { exit, signal: killedBy });
    });
  });
}

function sendInput(child: Child, input: string | Buffer | undefined): void {
  child.stdin.on('error', (error: NodeJS.ErrnoException) => {
    // A command need not read what it is given; that it ended early is told by its status.
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') child.emit('error', error);
  });
  child.stdin.end(input);
}

async function collect(
  child: Child,
  stream: Readable,
  options: TransportOptions,
  handOn?: (chunk: Buffer) => void | Promise<void>,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (handOn !== undefined) {
      await handOn(chunk);
      continue;
    }
    bytes += chunk.length;
    if (bytes > options.maxBytes) {
      letGo(child);
      throw new HostError('E_OUTPUT_TOO_LARGE', `a command printed more than ${options.maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function letGo(child: Child): void {
  child.stdin.destroy();
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
}

function aborted(began: boolean): HostError {
  return new HostError('E_ABORTED', 'the command was given up', { facts: { began } });
}

function unreachable(why: string, began: boolean, cause?: Error): HostError {
  return new HostError('E_UNREACHABLE', `a command can't be run on this machine: ${why}`, {
    cause,
    facts: { began },
  });
}
