import { spawn, type ChildProcess } from 'node:child_process';
import type { JsonObject } from '@pawl/engine';
import type { Io } from './io';

/** A command of the operator's own, at work. */
export interface HookRun {
  /** Settled when it has ended, or was ended; never rejects. Undefined where it did its work, else what was wrong. */
  readonly ended: Promise<string | undefined>;
  /** Ends it and what it has started, at once. */
  kill(): void;
}

export interface HookOptions {
  readonly command: string;
  readonly document: JsonObject;
  readonly io: Pick<Io, 'env' | 'cwd'>;
  /** Wall time it may take. */
  readonly limitMs: number;
}

/** How much of what it says on stderr is told. */
const SAID = 400;

/**
 * Runs `sh -c COMMAND` with the document on its standard input. Nothing waits for it and nothing depends on it: it may fail, hang,
 * or close its input unread. It has a process group of its own, so that a Ctrl-C at the terminal is not for it, and so that it can be
 * ended with all it has started.
 */
export function startHook({ command, document, io, limitMs }: HookOptions): HookRun {
  let said = '';
  let late = false;
  // Where it can't be started for want of files, there are no streams.
  const child: ChildProcess = spawn('/bin/sh', ['-c', command], {
    cwd: io.cwd,
    env: io.env,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const kill = (): void => endGroup(child);
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, limitMs).unref();
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(`it could not be started: ${error.message}`));
    // `exit`, not `close`: what it leaves behind in the background may hold its stderr for ever.
    child.once('exit', (code, signal) => {
      child.stderr?.destroy();
      if (late) resolve(`it had not ended after ${limitMs / 1000} s, and was ended`);
      else if (code === 0) resolve(undefined);
      else resolve(`it ended with ${code ?? String(signal)}${said === '' ? '' : `: ${said.trim()}`}`);
    });
  });
  child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString('utf8')}`.slice(-SAID)));
  // A hook that does not read its input closes it: that is its own affair.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(`${JSON.stringify(document)}\n`);
  return { ended: ended.finally(() => clearTimeout(timer)), kill };
}

function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Gone in this very moment.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
