import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The toy cluster: a folder. Every effect is a line in a file, so that it is counted outside the process that had it; what a
 * step is to do other than succeed is a file named after it.
 */
export interface World {
  readonly folder: string;
  effects(): readonly string[];
  effect(line: string): void;
  /** `step` (`phase/step`) fails that way until `mend`. */
  spoil(step: string, how: Trouble): void;
  mend(step: string): void;
  trouble(step: string): Trouble | undefined;
  /** `step` waits until `release`. */
  hold(step: string): void;
  release(step: string): void;
  isHeld(step: string): boolean;
}

export type Trouble = 'blocked' | 'doubt' | 'refused' | 'bug' | 'fenced' | 'leak';

export function toyWorld(folder: string): World {
  const file = join(folder, 'effects');
  const named = (what: string, step: string): string => join(folder, `${what}-${step.replace('/', '.')}`);
  return {
    folder,
    effects: () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []),
    effect: (line) => appendFileSync(file, `${line}\n`),
    spoil: (step, how) => writeFileSync(named('trouble', step), how),
    mend: (step) => rmSync(named('trouble', step)),
    trouble: (step) =>
      existsSync(named('trouble', step))
        ? (readFileSync(named('trouble', step), 'utf8') as Trouble)
        : undefined,
    hold: (step) => writeFileSync(named('hold', step), ''),
    release: (step) => rmSync(named('hold', step)),
    isHeld: (step) => existsSync(named('hold', step)),
  };
}
