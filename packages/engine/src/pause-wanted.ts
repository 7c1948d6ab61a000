import type { RunReason } from './engine-api';
import type { Request } from './ports';
import { positionOf } from './position';
import { takes } from './pure-core';
import { hasCrossed } from './rollback-entry';
import type { Work } from './work';

/** The code of a pause that a run's deadline has led to. */
export const DEADLINE_PASSED = 'E_MAX_OUTAGE';

export interface Pause {
  readonly reason: RunReason;
  /** The requests that it answers. */
  readonly answers: readonly number[];
}

/** @returns why the run is to pause, if it is */
export function pauseWanted<R, H extends R>(work: Work<R, H>): Pause | undefined {
  if (work.signal?.aborted === true) {
    return { reason: paused('the process was told to stop'), answers: [] };
  }
  const late = passedDeadline(work);
  if (late !== undefined) return late;
  const requests = work.store.requests(work.run);
  const gate = requests.find((each) => each.before !== undefined && standsBefore(work, each.before));
  if (gate !== undefined) {
    const answers = requests.filter((each) => each.before === gate.before).map((each) => each.id);
    return { reason: paused(`told to pause before ${String(gate.before)}`, gate), answers };
  }
  const now = requests.find((each) => each.before === undefined && each.id > work.requestsBefore);
  return now === undefined
    ? undefined
    : { reason: paused(`${now.by} asked for a pause`, now), answers: [now.id] };
}

/** Told once: whoever goes on after it has decided so. Past the point of no return the end of the run is nearest ahead. */
function passedDeadline<R, H extends R>(work: Work<R, H>): Pause | undefined {
  if (work.deadlineHeeded || positionOf(work.snapshot.value).direction !== 'forward') return undefined;
  const deadline = work.machine.spec.deadline?.(work.scope);
  if (deadline === undefined || !hasPassed(work, deadline)) return undefined;
  if (hasCrossed(work.machine, work.store, work.run)) return undefined;
  return {
    answers: [],
    reason: {
      code: DEADLINE_PASSED,
      message: `it was to be over by ${deadline}`,
      hint: 'Resume to go on in spite of that, or roll back.',
      facts: { deadline },
    },
  };
}

/** What is left of it is read off the clock once a session, and counted from then on: a clock that is set changes nothing. */
function hasPassed<R, H extends R>(work: Work<R, H>, deadline: string): boolean {
  if (work.deadline?.at !== deadline) {
    const left = Date.parse(deadline) - work.now().getTime();
    work.deadline = { at: deadline, end: performance.now() + left };
  }
  return work.deadline.end <= performance.now();
}

/** As `pauseWanted`, where the state takes a pause. A one-shot step that was allowed to start does not: it starts. */
export function pauseHere<R, H extends R>(work: Work<R, H>): Pause | undefined {
  const pause = pauseWanted(work);
  return pause !== undefined && takes(work.snapshot, { type: 'PAUSE' }) ? pause : undefined;
}

/** The phase was entered and nothing of it has begun. */
function standsBefore<R, H extends R>(work: Work<R, H>, phase: string): boolean {
  const at = positionOf(work.snapshot.value);
  if (at.direction !== 'forward' || at.phase !== phase) return false;
  return work.store.intents(work.run, { phase }).length === 0;
}

function paused(message: string, request?: Request): RunReason {
  const facts = request === undefined ? {} : { facts: { by: request.by, at: request.at } };
  return { code: 'E_PAUSED', message, hint: 'Resume when you like.', ...facts };
}
