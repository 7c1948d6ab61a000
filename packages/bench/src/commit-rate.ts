import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from '@pawl/engine';
import { openStore, processOwners } from '@pawl/store';
import { benchMachine, noFleet, STEPS_IN_ALL } from './bench-machine';
import { countingStore } from './counting-store';
import { fsyncFloor } from './fsync-floor';
import { spread, type Spread } from './quantile';
import { rawInserts } from './raw-inserts';
import { seconds } from './seconds';

/** On a quiet disk an append takes about twice as long as a row that is written over an old one. */
const DISTURBED = 0.4;

export interface CommitRate {
  readonly rounds: number;
  readonly stepsPerRound: number;
  /** Durable steps of the engine, whole runs from `start` to `completed`. */
  readonly stepsPerSecond: Spread;
  /** Counted, not assumed. */
  readonly commitsPerStep: number;
  /** 4 KiB appended and synced. */
  readonly floorPerSecond: Spread;
  /** One row, one commit, with nothing around it. */
  readonly rawInsertsPerSecond: Spread;
  /** Steps a second ÷ floor a second, of the same round each. At two syncs a step 0.5, if nothing but these took time. */
  readonly floorRatio: Spread;
  /** Steps a second ÷ rows a second. */
  readonly rawRatio: Spread;
  /** Something else wrote to the disk: appends, which wait for others, were far slower than rows, which do not. No ratio to the floor is to be believed then. */
  readonly disturbed: boolean;
}

/**
 * The engine beside the disk it writes to. A round is a run of a hundred steps between two times 100 appends, and 200 rows,
 * within a third of a second: a disk that is busy for one is busy for all.
 */
export async function commitRate(
  dir: string,
  { rounds, warmUp }: Readonly<{ rounds: number; warmUp: number }>,
): Promise<CommitRate> {
  mkdirSync(dir);
  const { store, commits } = countingStore(openStore(join(dir, 'state', 'pawl.db')));
  const engine = createEngine({
    ...{ store, fleet: noFleet, owners: processOwners() },
    machines: [benchMachine()],
  });
  const floor = fsyncFloor(join(dir, 'floor'));
  const raw = rawInserts(join(dir, 'raw.db'));
  const rates: Record<'steps' | 'floor' | 'raw', number[]> = { steps: [], floor: [], raw: [] };

  for (let round = 0; round < warmUp + rounds; round += 1) {
    const run = { machineId: 'bench', run: `run-${round}`, choices: { targets: 1 } };
    const before = await seconds(() => floor.append(STEPS_IN_ALL));
    rates.steps.push(STEPS_IN_ALL / (await seconds(() => engine.start(run))));
    const after = await seconds(() => floor.append(STEPS_IN_ALL));
    rates.floor.push((2 * STEPS_IN_ALL) / (before + after));
    rates.raw.push((2 * STEPS_IN_ALL) / (await seconds(() => raw.insert(2 * STEPS_IN_ALL))));
  }
  store.close();
  floor.close();
  raw.close();

  const [steps = [], floors = [], raws = []] = [rates.steps, rates.floor, rates.raw].map((all) =>
    all.slice(warmUp),
  );
  const through = (others: readonly number[]): Spread =>
    spread(steps.map((rate, round) => rate / (others[round] ?? NaN)));
  const [floorPerSecond, rawInsertsPerSecond] = [spread(floors), spread(raws)];
  return {
    ...{ rounds, stepsPerRound: STEPS_IN_ALL, floorPerSecond, rawInsertsPerSecond },
    stepsPerSecond: spread(steps),
    commitsPerStep: commits() / (STEPS_IN_ALL * (warmUp + rounds)),
    floorRatio: through(floors),
    rawRatio: through(raws),
    disturbed: floorPerSecond.median < DISTURBED * rawInsertsPerSecond.median,
  };
}
