import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { LabError } from '../lab-error';
import type { Lab } from '../lab';

export interface PawlResult {
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PawlProcess {
  /** Where Pawl runs on a host of the lab: of the ssh that leads to it. */
  readonly pid: number;
  readonly ended: Promise<PawlResult>;
  /** SIGKILL: the controller is gone between two instructions. */
  kill(): void;
}

export interface PawlOptions {
  /** Everything it prints, as it comes. */
  readonly onOutput?: (text: string) => void;
  readonly env?: Readonly<Record<string, string>>;
  /** Another entry than the command itself: tests run one that kills itself at a named boundary. */
  readonly entry?: string;
  /** Another database than the lab's own: a second controller. */
  readonly database?: string;
}

/** Starts the real `pawl` in the lab's network, as a controller with a HOME of its own. */
export function startPawl(lab: Lab, args: readonly string[], options: PawlOptions = {}): PawlProcess {
  const entry = options.entry ?? createRequire(__filename).resolve('pawl/bin/pawl.js');
  const command = [process.execPath, entry, ...args, '--db', options.database ?? databaseOf(lab)];
  const { argv, env, kill } = lab.asController(command, { NO_COLOR: '1', ...options.env });
  const [program = '', ...words] = argv;
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    options.onOutput?.(chunk.toString());
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    options.onOutput?.(chunk.toString());
  });
  const ended = new Promise<PawlResult>((resolve, reject) => {
    child.on('error', (cause) => {
      reject(new LabError('pawl could not be started', { cause }));
    });
    child.on('close', (exit, signal) => {
      // ssh has one status for everything that ended by a signal; Pawl itself never ends with it.
      const killed = kill !== undefined && exit === 255;
      resolve(killed ? { exit: null, signal: 'SIGKILL', stdout, stderr } : { exit, signal, stdout, stderr });
    });
  });
  if (child.pid === undefined) throw new LabError('pawl could not be started');
  // nsenter replaces itself by node: the pid is the controller's own, unless it runs on a host.
  return { pid: child.pid, ended, kill: kill ?? (() => void child.kill('SIGKILL')) };
}

/** The controller's records stand with the lab, and go with it. */
export function databaseOf(lab: Lab): string {
  return path.join(lab.controllerDir, 'pawl', 'pawl.db');
}

export async function runPawl(
  lab: Lab,
  args: readonly string[],
  options: PawlOptions = {},
): Promise<PawlResult> {
  return startPawl(lab, args, options).ended;
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
