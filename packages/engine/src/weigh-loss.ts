import { PawlError } from './errors';
import type { JsonObject } from './json';
import { positionOf } from './position';
import { noWayBack } from './rollback-move';
import { NO_TARGET } from './step';
import type { Work } from './work';

/**
 * What the way back would lose, once an irreversible step has been begun. Reads the world; nothing is changed, nothing is
 * written but the answer, later, in the row that begins the way back.
 * @param accepted the name by which the caller accepts a loss
 * @throws PawlError `E_DATA_LOSS` where there is one that was not accepted, `E_NO_WAY_BACK` where the machine can't tell
 */
export async function weighLoss<R, H extends R>(
  work: Work<R, H>,
  accepted: string | undefined,
): Promise<JsonObject> {
  const { spec } = work.machine;
  if (spec.loss === undefined) throw noWayBack(work.run, true);
  const at = positionOf(work.snapshot.value);
  const phase = at.direction === 'ended' ? at.ended : at.phase;
  const { run, choices, facts, said } = work.scope;
  const intent = { id: 'loss', run, seq: 0, phase, step: 'loss', target: NO_TARGET, attempt: 1 };
  const loss = await spec.loss({
    ...{ run, choices, facts, intent, target: NO_TARGET },
    // With those that this very call names: nobody must be asked who will not answer.
    said: { remove: said?.remove ?? [], dead: work.session.dead() },
    hands: work.fleet.reading(work.session, intent),
    signal: work.signal ?? new AbortController().signal,
    progress: (message) => {
      work.notify({ type: 'progress', run, phase, step: '-', target: NO_TARGET, message });
    },
  });
  const seen = { free: loss.free, message: loss.message, facts: loss.facts };
  if (loss.free || loss.name === accepted) return seen;
  throw new PawlError('E_DATA_LOSS', loss.message, {
    hint: `Nothing was changed. Leave it as it is, or go on forward; where what is shown may be lost, accept that by the name ${loss.name}.`,
    facts: { ...loss.facts, name: loss.name },
  });
}
