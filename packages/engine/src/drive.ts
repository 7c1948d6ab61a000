import { commitWork, placeOf } from './commit-work';
import { dueStep } from './due-step';
import type { RunResult } from './engine-api';
import { hasChanged } from './has-changed';
import { optional, reasonFrom } from './failure';
import { pauseWanted } from './pause-wanted';
import { performStep } from './perform-step';
import { positionOf } from './position';
import { next, takes } from './pure-core';
import type { RunRecord } from './records';
import { PawlError } from './errors';
import type { Work } from './work';

/**
 * Goes on until the run rests: step after step, a pause where one is wanted, until the state is one of rest.
 * A crash anywhere in here leaves what was last committed, and a resume goes on from that.
 */
export async function drive<R, H extends R>(work: Work<R, H>): Promise<RunResult> {
  while (!rests(work)) {
    const pause = pauseWanted(work);
    if (pause !== undefined && takes(work.snapshot, { type: 'PAUSE' })) {
      const paused = next(work.machine.xstate, work.snapshot, { type: 'PAUSE' });
      commitWork(work, `${placeOf(work)}/paused`, { entries: [], next: paused, ...pause });
    } else {
      await performStep(work, dueStep(work));
    }
  }
  return resultOf(work);
}

/** What is durable about a run at rest. */
export function resultOf<R, H extends R>(work: Pick<Work<R, H>, 'store' | 'machine' | 'run'>): RunResult {
  const record = work.store.load(work.run);
  if (record === undefined) throw new PawlError('E_NO_RUN', `the store has no run ${work.run} any more`);
  const at = positionOf(record.checkpoint.snapshot['value']);
  return {
    run: record.run,
    outcome: outcomeOf(record),
    changed: hasChanged(work),
    ...(at.direction === 'ended' ? { phase: at.ended } : { phase: at.phase, step: at.step }),
    ...optional('reason', reasonFrom(record.reason)),
  };
}

function rests<R, H extends R>(work: Work<R, H>): boolean {
  const at = positionOf(work.snapshot.value);
  return at.direction === 'ended' || at.inner === 'paused' || at.inner === 'in-doubt';
}

function outcomeOf({ run, state }: RunRecord): RunResult['outcome'] {
  if (state === 'running' || state === 'abandoned') {
    throw new PawlError('E_MACHINE_STATE', `run ${run} came to rest and says ${state}`);
  }
  return state;
}
