import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { createEngine } from '@pawl/engine';
import { openStore, processOwners } from '@pawl/store';
import { benchMachine, noFleet, STEPS_IN_ALL } from './bench-machine';
import { seconds } from './seconds';

export interface LoopDelay {
  readonly steps: number;
  /** The loop looked at every millisecond, which is in all three. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The same with nothing going on, for as long. */
  readonly idleP99Ms: number;
}

/** How long others in the process wait for their turn while runs go on; each step waits 2 ms for its host, ten at a time where it fans out. */
export async function loopDelay(dir: string, { runs }: Readonly<{ runs: number }>): Promise<LoopDelay> {
  mkdirSync(dir);
  const store = openStore(join(dir, 'state', 'pawl.db'));
  const machines = [benchMachine(() => wait(2))];
  const engine = createEngine({ store, fleet: noFleet, owners: processOwners(), machines });
  const run = (name: string): Promise<unknown> =>
    engine.start({ machineId: 'bench', run: name, choices: { targets: 10 } });
  await run('warm-up');
  const busy = monitorEventLoopDelay({ resolution: 1 });
  busy.enable();
  const took = await seconds(async () => {
    for (let i = 0; i < runs; i += 1) await run(`run-${i}`);
  });
  busy.disable();
  store.close();
  const idle = monitorEventLoopDelay({ resolution: 1 });
  idle.enable();
  await wait(took * 1000);
  idle.disable();
  return {
    steps: runs * (STEPS_IN_ALL + 5 * 9),
    p50Ms: busy.percentile(50) / 1e6,
    p99Ms: busy.percentile(99) / 1e6,
    maxMs: busy.max / 1e6,
    idleP99Ms: idle.percentile(99) / 1e6,
  };
}
