import { removeFolders } from './runner/folders';
import { killMatrix, type MatrixOptions } from './runner/matrix';
import { subjectOf } from './subjects';
import { whyNoWorld } from './world';

/**
 * The test of one machine's matrix: a fixed sample of its cells, or, with PAWL_KILL=all, every one. PAWL_KILL_CELL=NAME: those
 * whose name this is part of, to see one again; PAWL_KILL_SEED and PAWL_KILL_PATH: likewise the schedules. PAWL_KILL_WORKERS: how many at a time, two if left out.
 */
export function tellMatrix(
  id: string,
  sample: Pick<MatrixOptions, 'always' | 'backFrom'> & { readonly every?: number },
): void {
  jest.setTimeout(12 * 60 * 60_000);
  afterAll(removeFolders);
  const reason = whyNoWorld();
  if (reason !== undefined) process.stderr.write(`\nLEFT OUT: the kill matrix of ${id} (${reason}).\n\n`);
  const may = reason === undefined ? test : test.skip;
  const { PAWL_KILL: wanted, PAWL_KILL_CELL: only, PAWL_KILL_WORKERS: workers } = process.env;
  const { PAWL_KILL_SEED: seed, PAWL_KILL_PATH: path } = process.env;
  const options: MatrixOptions = {
    ...(wanted === 'all' || only !== undefined
      ? { every: 1 }
      : { every: Number(process.env['PAWL_KILL_EVERY'] ?? 61), ...sample }),
    ...(only !== undefined && { only }),
    twiceEvery: 5,
    schedules: only !== undefined ? 0 : wanted === 'all' ? 20 : 1,
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(path !== undefined && { path }),
    workers: Number(workers ?? 2),
  };
  may(`${id}: killed anywhere, it ends as if it had not been, or where it began`, async () => {
    const subject = subjectOf(id);
    const { points, cells, kills, uncovered, failed } = await killMatrix(subject, options);
    process.stdout.write(
      `kill matrix: ${id}: ${points} points, ${cells} cells, ${kills} kills, ${uncovered.length} steps uncovered, ${failed.size} failed\n`,
    );
    expect(Object.fromEntries(failed)).toEqual({});
    // A sample goes back from one place only, and passes by what others would take back.
    if (wanted === 'all' || sample.backFrom === undefined) expect(uncovered).toEqual([]);
  });
}
