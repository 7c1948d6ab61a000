import { spawn } from 'node:child_process';
import type { CommandResult, ReadHost, ReadOptions, Sh } from '@pawl/hosts';

/** This machine as a host: child processes, no shell between. `shell` runs the scripts. */
export function localHost(shell: readonly string[] = ['/bin/sh']): ReadHost {
  return {
    name: 'here',
    address: '127.0.0.1',
    read: (argv, options) => collect(argv, options),
    readScript: (script: Sh, options) => collect([...shell, '-euc', script.text], options),
    readStream: (argv, options) => stream(argv, options),
  };
}

function start(argv: readonly string[], options: ReadOptions = {}): ReturnType<typeof spawn> {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, {
    env: { ...process.env, ...options.env },
    timeout: options.timeoutMs ?? 60_000,
  });
  child.stdin.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  child.stdin.end(options.stdin ?? '');
  return child;
}

async function collect(argv: readonly string[], options: ReadOptions = {}): Promise<CommandResult> {
  const child = start(argv, options);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const most = options.maxBytes ?? 64 * 1024 * 1024;
  let size = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= most) stdout.push(chunk);
  });
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const [exit, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, by) => {
      resolve([code, by]);
    });
  });
  if (size > most) throw Object.assign(new Error('too much output'), { code: 'E_OUTPUT_TOO_LARGE' });
  return {
    exit,
    ...(signal === null ? {} : { signal }),
    stdout: Buffer.concat(stdout),
    stderr: Buffer.concat(stderr),
  };
}

async function* stream(
  argv: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const child = start(argv, options);
  const stderr: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  for await (const chunk of child.stdout ?? []) yield chunk as Buffer;
  const exit = await ended;
  if (exit !== 0)
    throw Object.assign(new Error(`exit ${exit}: ${Buffer.concat(stderr).toString()}`), {
      code: 'E_COMMAND',
    });
}
