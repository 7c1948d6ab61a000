import type { JsonObject } from './json';
import type { IntentRecord } from './records';
import { contextOf } from './pure-core';
import type { Work } from './work';

/**
 * Where a run stands, as each of its jobs keeps it beside the intent: with it the run can be rebuilt from its hosts. Its
 * definition's hash, its machine's state and memory, and every success with its facts.
 */
export function standingOf<R, H extends R>(
  work: Pick<Work<R, H>, 'store' | 'machine' | 'run' | 'snapshot'>,
): JsonObject {
  const { marks, spent, said } = contextOf(work.snapshot);
  return {
    definitionHash: work.machine.definitionHash,
    state: work.snapshot.value as JsonObject,
    remembers: { marks, spent, said: { dead: said.dead, remove: said.remove } },
    outcomes: work.store.intents(work.run).filter(isSuccess).map(successOf),
  };
}

/** A question is asked anew by whoever comes: only what was found or done is kept. */
function isSuccess({ state, step }: IntentRecord): boolean {
  return state === 'succeeded' && !step.endsWith('?');
}

function successOf({
  id,
  seq,
  phase,
  step,
  target,
  attempt,
  lap = 0,
  round,
  facts = {},
}: IntentRecord): JsonObject {
  return {
    ...{ id, seq, phase, step, target, attempt, lap, facts },
    ...(round !== undefined && { round }),
  };
}
