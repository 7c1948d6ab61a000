import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultPoint, LostRun } from '@pawl/engine';
import { newFolder, openBench, RUN, type Bench } from './bench';
import { recorder, type Boundary } from './boundaries';
import { lostRun } from './fake-world';
import { WIDE_CHOICES, wideMachine } from './wide';

const WIDE_START = { machineId: 'wide', run: RUN, choices: WIDE_CHOICES };
export const GO_ON = { run: RUN, choice: 'go-on', reason: 'nobody else has it' };

type Verb = 'start' | 'rollback';

/** Died there, its database deleted, and rebuilt; undefined where it had made no job yet. */
export async function lostAt(
  { name, nth }: Boundary,
  verb: Verb = 'start',
  dir = newFolder(),
): Promise<Bench | undefined> {
  let left = nth;
  // The dead do nothing more: whatever boundary is reached after it is not passed.
  const faultPoint: FaultPoint = (reached) => {
    if (reached === name) left -= 1;
    if (left <= 0) throw new Error('dies here');
  };
  const bench = openBench(wideMachine(), dir, { faultPoint });
  await begin(bench, verb).catch(() => undefined);
  bench.close();
  return lostRun(bench.world, RUN).jobs.length === 0 ? undefined : rebuild(bench.dir);
}

export function rebuild(
  dir: string,
  told: (found: LostRun) => LostRun = (found) => found,
  machine = wideMachine(),
): Bench {
  rmSync(join(dir, 'db'), { recursive: true });
  const bench = openBench(machine, dir);
  bench.engine.rebuild(told(lostRun(bench.world, RUN)));
  return bench;
}

export interface Whole {
  readonly passed: readonly Boundary[];
  readonly effects: Readonly<Record<string, number>>;
}

export async function uninterrupted(verb: Verb = 'start', dir = newFolder()): Promise<Whole> {
  const { passed, faultPoint } = recorder();
  const bench = openBench(wideMachine(), dir, { faultPoint });
  await begin(bench, verb);
  const effects = bench.effects();
  bench.close();
  return { passed, effects };
}

/** A folder in which the run waits before its last phase. */
export async function pausedBeforeFinish(): Promise<string> {
  const bench = openBench(wideMachine(), newFolder());
  await bench.engine.start({ ...WIDE_START, pauseBefore: 'finish' });
  bench.close();
  return bench.dir;
}

function begin({ engine }: Bench, verb: Verb): Promise<unknown> {
  return verb === 'start' ? engine.start(WIDE_START) : engine.rollback({ run: RUN });
}
