import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commitRate, type CommitRate } from './commit-rate';
import { loopDelay, type LoopDelay } from './loop-delay';
import { memoryGrowth, type MemoryGrowth } from './memory-growth';
import { resumeTime, type ResumeTime } from './resume-time';
import { surroundings, type Surroundings } from './surroundings';

export interface BenchOptions {
  /** A folder on the disk that is asked about; a new one is made in it and removed. */
  readonly dir: string;
  /** Sizes that show that it works, not how fast: some seconds in all. */
  readonly quick?: boolean;
}

export interface BenchResult {
  readonly schema: 1;
  /** Steps a second through one append and sync a second, as the median of the rounds: docs/performance.md. */
  readonly floorRatio: number;
  readonly where: Surroundings;
  readonly commitRate: CommitRate;
  readonly resume: ResumeTime;
  readonly memory: MemoryGrowth;
  readonly loopDelay: LoopDelay;
}

/** Everything that `npm run bench` says, one after the other in this process. */
export async function bench({ dir, quick = false }: BenchOptions): Promise<BenchResult> {
  mkdirSync(dir, { recursive: true });
  const folder = mkdtempSync(join(dir, 'bench-'));
  try {
    const rate = await commitRate(
      join(folder, 'rate'),
      quick ? { rounds: 2, warmUp: 0 } : { rounds: 61, warmUp: 20 },
    );
    return {
      schema: 1,
      floorRatio: rate.floorRatio.median,
      where: surroundings(folder),
      commitRate: rate,
      resume: await resumeTime(
        join(folder, 'resume'),
        quick ? { lengths: [10, 100], times: 1 } : { lengths: [10, 1000, 10_000], times: 25 },
      ),
      memory: await memoryGrowth(join(folder, 'memory'), quick ? { runs: 1 } : { runs: 100 }),
      loopDelay: await loopDelay(join(folder, 'loop'), quick ? { runs: 1 } : { runs: 10 }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
