import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchResult } from '../src/bench';
import { quantile } from '../src/quantile';
import { render } from '../src/render';

const BIN = join(__dirname, '../../../build/test/packages/bench/src/bin.js');

let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'pawl-bench-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('prints every figure as one document, and leaves nothing behind', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    BIN,
    '--json',
    '--quick',
    '--dir',
    dir,
  ]);
  const result = JSON.parse(stdout) as BenchResult;
  expect(stderr).toBe('');
  expect(result.schema).toBe(1);
  expect(result.floorRatio).toBeGreaterThan(0);
  expect(result.floorRatio).toBe(result.commitRate.floorRatio.median);
  const { commitRate, resume, memory, loopDelay } = result;
  // Two for each step, and two for the run itself: it is made, and it is entered.
  expect(commitRate.commitsPerStep).toBeCloseTo(2 + 2 / commitRate.stepsPerRound, 5);
  for (const spread of [
    commitRate.stepsPerSecond,
    commitRate.floorPerSecond,
    commitRate.rawInsertsPerSecond,
  ]) {
    expect(spread.min).toBeGreaterThan(0);
    expect(spread.max).toBeGreaterThanOrEqual(spread.median);
  }
  expect(resume.lengths.map(({ events }) => events)).toEqual([10, 100]);
  for (const figure of [resume.ratio, memory.rssMiB, loopDelay.p50Ms, loopDelay.p99Ms, loopDelay.idleP99Ms]) {
    expect(figure).toBeGreaterThan(0);
  }
  expect(render(result)).toContain('steps ÷ floor');
  expect(readdirSync(dir)).toEqual([]);
});

test.each([
  [[3, 1, 2], 0.5, 2],
  [[1, 2, 3, 4], 0, 1],
  [[1, 2, 3, 4], 1, 4],
  [[], 0.5, NaN],
])('of %p the quantile %p is %p', (values, share, is) => {
  expect(quantile(values, share)).toBe(is);
});
