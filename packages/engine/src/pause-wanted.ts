import type { RunReason } from './engine-api';
import type { Request } from './ports';
import { positionOf } from './position';
import type { Work } from './work';

export interface Pause {
  readonly reason: RunReason;
  /** The requests that it answers. */
  readonly answers: readonly number[];
}

/** Asked at every safe point, which is before each new intent. @returns why the run is to pause here, if it is */
export function pauseWanted<R, H extends R>(work: Work<R, H>): Pause | undefined {
  if (work.signal?.aborted === true) {
    return { reason: paused('the process was told to stop'), answers: [] };
  }
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
