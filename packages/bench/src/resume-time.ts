import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createEngine, type FaultPoint, type Owners } from '@pawl/engine';
import { openStore, processOwners } from '@pawl/store';
import { AFTER_FAN, benchMachine, noFleet } from './bench-machine';
import { quantile } from './quantile';

export interface ResumeTime {
  /** From opening the database to the first line of the due step's code, milliseconds, median. */
  readonly lengths: readonly { readonly events: number; readonly ms: number }[];
  /** Of the longest journal to the shortest. */
  readonly ratio: number;
}

const RUN = 'run';
const CRASH = 'crash';

/** One run a length, in a database of its own, always crashed in the same step; resumed in turn, crashed there again. */
export async function resumeTime(
  dir: string,
  { lengths, times }: Readonly<{ lengths: readonly number[]; times: number }>,
): Promise<ResumeTime> {
  mkdirSync(dir);
  const path = (events: number): string => join(dir, `events-${events}`, 'pawl.db');
  for (const events of lengths) await crashed(path(events), events);
  const took = new Map(lengths.map((events) => [events, [] as number[]]));
  for (let time = 0; time < times; time += 1) {
    for (const events of lengths) took.get(events)?.push(await resumed(path(events)));
  }
  const medians = lengths.map((events) => ({ events, ms: quantile(took.get(events) ?? [], 0.5) }));
  return { lengths: medians, ratio: (medians.at(-1)?.ms ?? NaN) / (medians[0]?.ms ?? NaN) };
}

/** A run that died in the middle of a step, with about so many events before it: two for each target of five steps. */
async function crashed(path: string, events: number): Promise<void> {
  const store = openStore(path);
  const targets = Math.max(1, Math.round(events / 10));
  const started = engineOn(store, machine).start({ machineId: 'bench', run: RUN, choices: { targets } });
  await thatCrash(started);
  store.close();
}

async function resumed(path: string): Promise<number> {
  let begun = NaN;
  const due = benchMachine(async () => {
    begun = performance.now();
  });
  const from = performance.now();
  const store = openStore(path);
  await thatCrash(engineOn(store, due).resume({ run: RUN }));
  store.close();
  return begun - from;
}

const machine = benchMachine();

function engineOn(store: ReturnType<typeof openStore>, due: typeof machine): ReturnType<typeof createEngine> {
  const faultPoint: FaultPoint = (name) => {
    if (name === `bench/${AFTER_FAN}@-/outcome:before-commit`) throw new Error(CRASH);
  };
  return createEngine({ store, machines: [due], fleet: noFleet, owners: allDead, faultPoint });
}

/** The owner of every crashed session is this process, which lives. */
const allDead: Owners = { ...processOwners(), liveness: () => 'dead' };

async function thatCrash(session: Promise<unknown>): Promise<void> {
  const error = await session.then(
    () => new Error('it did not crash'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error) || error.message !== CRASH) throw error;
}
