import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createEngine } from '@pawl/engine';
import { openStore, processOwners } from '@pawl/store';
import { benchMachine, noFleet, STEPS_IN_ALL } from './bench-machine';

export interface MemoryGrowth {
  readonly steps: number;
  readonly rssMiB: number;
  /** Resident memory after those steps less that before, nothing collectable left either time. */
  readonly rssGrowthMiB: number;
  readonly heapGrowthMiB: number;
}

/** One engine, one store, run after run: what is left of them when they are over. */
export async function memoryGrowth(dir: string, { runs }: Readonly<{ runs: number }>): Promise<MemoryGrowth> {
  mkdirSync(dir);
  const store = openStore(join(dir, 'state', 'pawl.db'));
  const engine = createEngine({
    ...{ store, fleet: noFleet, owners: processOwners() },
    machines: [benchMachine()],
  });
  const run = (name: string): Promise<unknown> =>
    engine.start({ machineId: 'bench', run: name, choices: { targets: 1 } });
  await run('warm-up');
  const before = settled();
  for (let i = 0; i < runs; i += 1) await run(`run-${i}`);
  const after = settled();
  store.close();
  return {
    steps: runs * STEPS_IN_ALL,
    rssMiB: mebibytes(after.rss),
    rssGrowthMiB: mebibytes(after.rss - before.rss),
    heapGrowthMiB: mebibytes(after.heapUsed - before.heapUsed),
  };
}

function settled(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage();
}

function mebibytes(bytes: number): number {
  return bytes / 1024 / 1024;
}
