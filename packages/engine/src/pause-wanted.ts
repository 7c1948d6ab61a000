import type { RunReason } from './engine-api';
import { positionOf } from './position';
import type { Work } from './work';

/** Asked at every safe point, which is before each new intent. @returns why the run is to pause here, if it is */
export function pauseWanted<R, H extends R>(work: Work<R, H>): RunReason | undefined {
  if (work.signal?.aborted === true) {
    return { code: 'E_PAUSED', message: 'the process was told to stop', hint: 'Resume when you like.' };
  }
  const request = work.store.requests(work.run).find((each) => each.id > work.requestsBefore);
  if (request !== undefined) {
    return {
      code: 'E_PAUSED',
      message: `${request.by} asked for a pause`,
      hint: 'Resume when you like.',
      facts: { by: request.by, at: request.at },
    };
  }
  return beforePhase(work)
    ? { code: 'E_PAUSED', message: `told to pause before ${String(work.pauseBefore)}` }
    : undefined;
}

/** The phase was entered and nothing of it has begun. */
function beforePhase<R, H extends R>(work: Work<R, H>): boolean {
  const at = positionOf(work.snapshot.value);
  if (at.direction !== 'forward' || at.phase !== work.pauseBefore) return false;
  return work.store.intents(work.run, { phase: at.phase }).length === 0;
}
