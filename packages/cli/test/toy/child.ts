import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Bench } from './harness';

// jest gives its workers FORCE_COLOR where it colours itself, in CI for one; these tests read what is printed.
export const PLAIN = { ...process.env, NO_COLOR: '1' };
export const ENTRY = join(__dirname, '../../../../build/test/packages/cli/test/fixtures/toy-entry.js');

export interface Child {
  readonly process: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<{ readonly exit: number | null; readonly signal: string | null }>;
  /** Waits until it has said so. */
  until(text: string | RegExp): Promise<void>;
}

export interface Children {
  /** The command line with the toy, in a process of its own. */
  start(b: Bench, ...argv: readonly string[]): Child;
  /** Watches a process that somebody else has started. */
  watch(spawned: ChildProcessByStdio<null, Readable, Readable>): Child;
  /** Ends those that still live. */
  clear(): void;
}

export function children(): Children {
  const all: ChildProcess[] = [];
  const watch: Children['watch'] = (spawned) => {
    all.push(spawned);
    return child(spawned);
  };
  return {
    start(b, ...argv) {
      if (!existsSync(ENTRY)) throw new Error(`${ENTRY} is not built: npx tsc -p tsconfig.test.json`);
      return watch(
        spawn(process.execPath, [ENTRY, b.world.folder, ...argv], {
          env: PLAIN,
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      );
    },
    watch,
    clear() {
      for (const each of all) if (each.exitCode === null) each.kill('SIGKILL');
    },
  };
}

function child(spawned: ChildProcessByStdio<null, Readable, Readable>): Child {
  let text = '';
  const waiting = new Set<() => void>();
  const heard = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
    for (const look of waiting) look();
  };
  spawned.stdout.on('data', heard);
  spawned.stderr.on('data', heard);
  const ended = new Promise<{ exit: number | null; signal: string | null }>((resolve) =>
    spawned.once('close', (exit, signal) => resolve({ exit, signal })),
  );
  return {
    process: spawned,
    said: () => text,
    ended,
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (typeof wanted === 'string' ? !text.includes(wanted) : !wanted.test(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        void ended.then(() => reject(new Error(`it ended before it said ${String(wanted)}:\n${text}`)));
        look();
      }),
  };
}
