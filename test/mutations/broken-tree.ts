import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import type { Edit } from './mutation';

/** A copy of the tree that may be broken: the tree itself is never touched. */
export interface BrokenTree {
  readonly root: string;
  /** Breaks it, for as long as `use` runs. */
  with<T>(edits: readonly Edit[], use: () => T): T;
  /** Compiles what child processes run. Type errors are no matter: what is broken need not be well typed. */
  compile(): void;
  remove(): void;
}

export function copyTree(from: string): BrokenTree {
  const root = mkdtempSync(path.join(tmpdir(), 'pawl-mutations-'));
  for (const name of readdirSync(from)) {
    if (name === '.git') continue;
    cpSync(path.join(from, name), path.join(root, name), {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
    });
  }
  return {
    root,
    with(edits, use) {
      const before = edits.map(({ file }) => readFileSync(path.join(root, file), 'utf8'));
      try {
        for (const edit of edits) applyEdit(root, edit);
        return use();
      } finally {
        // The first reading of a file that is edited twice is the whole one: put back last.
        edits
          .map(({ file }, at) => [file, before[at] ?? ''] as const)
          .reverse()
          .forEach(([file, text]) => writeFileSync(path.join(root, file), text));
      }
    },
    compile() {
      // What the tests' own fixtures are compiled to was copied with the tree, and takes the packages from here.
      spawnSync('npx', ['--no-install', 'tsc', '-b'], { cwd: root, stdio: 'ignore' });
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** @throws Error where `from` does not stand there exactly once: the mutation is not what it says any more */
function applyEdit(root: string, { file, from, to }: Edit): void {
  const at = path.join(root, file);
  if (!existsSync(at)) throw new Error(`${file} is not there`);
  const text = readFileSync(at, 'utf8');
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${file} has it ${parts.length - 1} times: ${from}`);
  writeFileSync(at, parts.join(to));
}
