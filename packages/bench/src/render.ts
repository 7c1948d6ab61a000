import type { BenchResult } from './bench';
import type { Spread } from './quantile';

/** For people; `--json` has every figure. */
export function render({ where, commitRate, resume, memory, loopDelay }: BenchResult): string {
  const { floorRatio, rawRatio } = commitRate;
  const lines = [
    `${where.cpu}, ${where.cores} cores, Linux ${where.kernel}, Node ${where.node}, SQLite ${where.sqlite}, ${where.fileSystem}`,
    ...(where.fileSystem === 'tmpfs'
      ? ['This is memory, no disk: nothing is synced. Take another --dir.']
      : []),
    '',
    `a second, median (least … most) of ${commitRate.rounds} rounds`,
    row('4 KiB appended and synced: the floor', whole(commitRate.floorPerSecond)),
    row('better-sqlite3: one row, one commit', whole(commitRate.rawInsertsPerSecond)),
    row(
      `the engine: steps, ${commitRate.commitsPerStep.toFixed(2)} commits each`,
      whole(commitRate.stepsPerSecond),
    ),
    row(
      'steps ÷ floor; two syncs alone were 0.50',
      `${two(floorRatio.median)} (${two(floorRatio.min)} … ${two(floorRatio.max)})`,
    ),
    row('steps ÷ rows', `${two(rawRatio.median)} (${two(rawRatio.min)} … ${two(rawRatio.max)})`),
    ...(commitRate.disturbed
      ? ['  Something else wrote to this disk: the ratio to the floor says nothing.']
      : []),
    '',
    'resume, from opening the database to the due step',
    ...resume.lengths.map(({ events, ms }) => row(`${events} events`, `${ms.toFixed(1)} ms`)),
    row('longest ÷ shortest', two(resume.ratio)),
    '',
    row(
      `memory after ${memory.steps} steps`,
      `${memory.rssMiB.toFixed(0)} MiB, ${signed(memory.rssGrowthMiB)} MiB (heap ${signed(memory.heapGrowthMiB)} MiB)`,
    ),
    row(
      'event loop, p50 / p99 / most',
      `${loopDelay.p50Ms.toFixed(1)} / ${loopDelay.p99Ms.toFixed(1)} / ${loopDelay.maxMs.toFixed(1)} ms (idle p99 ${loopDelay.idleP99Ms.toFixed(1)} ms)`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(44)} ${value}`;
}

function whole({ median, min, max }: Spread): string {
  return `${median.toFixed(0)} (${min.toFixed(0)} … ${max.toFixed(0)})`;
}

function two(value: number): string {
  return value.toFixed(2);
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
}
