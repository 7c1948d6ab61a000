import { removeFolders } from './runner/folders';
import { killMatrix, type MatrixOptions } from './runner/matrix';
import { subjectOf } from './subjects';
import { whyNoWorld } from './world';

export interface Sample {
  /** Every so-many-eth cell. */
  readonly every: number;
  /** Steps all of whose cells are in it. */
  readonly always?: readonly string[];
  /** The cells of these steps alone. */
  readonly steps?: readonly string[];
  /** From the last step of which phases a way back is recorded and killed. */
  readonly backFrom: readonly string[];
  /** The same, where all cells are wanted; from every phase that has one, if left out. */
  readonly allBackFrom?: readonly string[];
  /** How many schedules of several kills are part of it; none if left out. */
  readonly schedules?: number;
}

/**
 * The test of one machine's matrix: a fixed sample of its cells, or every one.
 *
 * `PAWL_KILL=all` every cell; with `PAWL_KILL_EVERY=N` every N-th of them · `PAWL_KILL_CELL=NAME` those whose name this is part of, to see one again; with
 * `PAWL_KILL_AGAIN=N` killed again, as a failure says it was · `PAWL_KILL_SEED` and `PAWL_KILL_PATH` likewise the schedules of several kills · `PAWL_KILL_WORKERS` how many at a time, two if left out ·
 * `PAWL_KILL_VERBOSE=1` a line a cell, as it ends
 */
export function tellMatrix(id: string, sample: Sample): void {
  jest.setTimeout(24 * 60 * 60_000);
  afterAll(removeFolders);
  const reason = whyNoWorld();
  if (reason !== undefined) process.stderr.write(`\nLEFT OUT: the kill matrix of ${id} (${reason}).\n\n`);
  const may = reason === undefined ? test : test.skip;
  may(`${id}: killed anywhere, it ends as if it had not been, or where it began`, async () => {
    const began = Date.now();
    const { points, cells, kills, uncovered, idle, failed } = await killMatrix(
      subjectOf(id),
      optionsFor(sample),
    );
    const names = [...new Set(idle.map((step) => step.replace(/-\d+$/, '-N')))];
    const nothing = names.length === 0 ? '' : ` (nothing to do here: ${names.join(', ')})`;
    const steps = `${uncovered.length} steps uncovered${nothing}`;
    const seconds = `${Math.round((Date.now() - began) / 1000)} s`;
    process.stdout.write(
      `kill matrix: ${id}: ${points} points, ${cells} cells, ${kills} kills, ${steps}, ${failed.size} failed, ${seconds}\n`,
    );
    expect({ uncovered, failed: Object.fromEntries(failed) }).toEqual({ uncovered: [], failed: {} });
  });
}

/** Whether the tests that take hours are wanted. */
export const WANTS_ALL = process.env['PAWL_KILL'] === 'all';

function optionsFor({ every, always, steps, backFrom, allBackFrom, schedules = 0 }: Sample): MatrixOptions {
  const { PAWL_KILL_CELL: only, PAWL_KILL_SEED: seed, PAWL_KILL_PATH: path } = process.env;
  const workers = Number(process.env['PAWL_KILL_WORKERS'] ?? 2);
  const given = {
    ...(steps !== undefined && { steps }),
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(path !== undefined && { path }),
  };
  if (only !== undefined) {
    const [, phase] = /\(back from ([^)]*)\)/.exec(only) ?? [];
    const from = phase === undefined ? backFrom : [...new Set([...backFrom, phase])];
    const again = process.env['PAWL_KILL_AGAIN'];
    const twice = again === undefined ? {} : { again: Number(again) };
    return { every: 1, only, backFrom: from, twiceEvery: Infinity, ...twice, schedules: 0, workers };
  }
  const all = Number(process.env['PAWL_KILL_EVERY'] ?? 1);
  const ways = allBackFrom === undefined ? {} : { backFrom: allBackFrom };
  if (WANTS_ALL) return { every: all, ...ways, twiceEvery: 5, schedules: 20, workers, ...given };
  const some = always === undefined ? {} : { always };
  return { every, ...some, backFrom, twiceEvery: 5, schedules, workers, ...given };
}
