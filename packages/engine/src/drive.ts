import { attachFleet } from './attach-fleet';
import { commitWork, placeOf } from './commit-work';
import { dueStep } from './due-step';
import type { RunResult } from './engine-api';
import { hasChanged } from './has-changed';
import { optional, reasonFrom } from './failure';
import { loadRun } from './ownership';
import { performStep } from './perform-step';
import { positionOf } from './position';
import { next } from './pure-core';
import type { RunRecord } from './records';
import { PawlError } from './errors';
import { hasCrossed } from './rollback-entry';
import { rollbackMove } from './rollback-move';
import { waitForJobs } from './wait-for-jobs';
import type { Work } from './work';

/**
 * Goes on until the run rests: step after step, a pause where one is wanted, and back where that was chosen for a failure.
 * A crash anywhere in here leaves what was last committed, and a resume goes on from that.
 */
export async function drive<R, H extends R>(work: Work<R, H>): Promise<RunResult> {
  await driveToRest(work);
  if (!goesBackByItself(work)) return resultOf(work);
  work.deadlineHeeded = true;
  // Crash here: the run is paused by its failure; whoever resumes it tries once more.
  const jobs = await attachFleet(work);
  if (jobs === undefined || !(await waitForJobs(work, jobs))) return resultOf(work);
  const { reason, ...record } = loadRun(work.store, work.run);
  const why = reasonFrom(reason)?.code;
  const chosen = { by: 'the choice for a failure', asked: false, reason: why, dead: [], crossed: false };
  const move = rollbackMove(work.machine.xstate, work.snapshot, record, work.store, chosen);
  commitWork(work, `${placeOf(work)}/rollback`, move);
  await driveToRest(work);
  return resultOf(work);
}

async function driveToRest<R, H extends R>(work: Work<R, H>): Promise<void> {
  while (!rests(work)) {
    const pause = await performStep(work, dueStep(work));
    if (pause === undefined) continue;
    const paused = next(work.machine.xstate, work.snapshot, { type: 'PAUSE' });
    commitWork(work, `${placeOf(work)}/paused`, { entries: [], next: paused, ...pause });
  }
}

/** Only out of a pause that a failure led to, and never past the point of no return: what that costs is for a person to say. */
function goesBackByItself<R, H extends R>(work: Work<R, H>): boolean {
  const { spec } = work.machine;
  const at = positionOf(work.snapshot.value);
  if (at.direction !== 'forward' || at.inner !== 'paused') return false;
  if (spec.rollback.length === 0 || spec.onFailure?.(work.scope.choices) !== 'rollback') return false;
  const code = reasonFrom(loadRun(work.store, work.run).reason)?.code;
  return code !== 'E_PAUSED' && !hasCrossed(work.machine, work.store, work.run);
}

/** What is durable about a run at rest. */
export function resultOf<R, H extends R>(work: Pick<Work<R, H>, 'store' | 'machine' | 'run'>): RunResult {
  const record = loadRun(work.store, work.run);
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
