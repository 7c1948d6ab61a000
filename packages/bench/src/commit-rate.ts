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
  /** Steps a second through floor a second, of the same round each. At two commits a step there can't be more than 0.5. */
  readonly floorRatio: Spread;
}

/**
 * The engine beside the disk it writes to. A round is a run of a hundred steps, 200 appends and 200 inserts, within a
 * quarter of a second and in an order that turns, so that a busy disk is busy for all three.
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
  const synced = 2 * STEPS_IN_ALL;
  const rates: Record<'steps' | 'floor' | 'raw', number[]> = { steps: [], floor: [], raw: [] };

  for (let round = 0; round < warmUp + rounds; round += 1) {
    const contenders = [
      async () => {
        const run = { machineId: 'bench', run: `run-${round}`, choices: { targets: 1 } };
        rates.steps.push(STEPS_IN_ALL / (await seconds(() => engine.start(run))));
      },
      async () => rates.floor.push(synced / (await seconds(() => floor.append(synced)))),
      async () => rates.raw.push(synced / (await seconds(() => raw.insert(synced)))),
    ];
    for (let turn = 0; turn < contenders.length; turn += 1) {
      await contenders[(round + turn) % contenders.length]?.();
    }
  }
  store.close();
  floor.close();
  raw.close();

  const [steps, floors, raws] = [rates.steps, rates.floor, rates.raw].map((all) => all.slice(warmUp));
  return {
    ...{ rounds, stepsPerRound: STEPS_IN_ALL },
    stepsPerSecond: spread(steps ?? []),
    commitsPerStep: commits() / (STEPS_IN_ALL * (warmUp + rounds)),
    floorPerSecond: spread(floors ?? []),
    rawInsertsPerSecond: spread(raws ?? []),
    floorRatio: spread((steps ?? []).map((rate, round) => rate / (floors?.[round] ?? NaN))),
  };
}
