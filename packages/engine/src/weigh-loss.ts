import { PawlError } from './errors';
import { optional } from './failure';
import type { JsonObject } from './json';
import type { Loss } from './machine';
import { positionOf } from './position';
import { noWayBack } from './rollback-move';
import type { SessionMove } from './session-move';
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
  const loss = await lossNow(work);
  if (loss.free || loss.name === accepted) return kept(loss);
  throw new PawlError('E_DATA_LOSS', loss.message, {
    hint: `Nothing was changed. Leave it as it is, or go on forward; where what is shown may be lost, accept that by the name ${loss.name}.`,
    facts: { ...loss.facts, name: loss.name },
  });
}

/**
 * Of a way back that is gone on with: what it loses by now is asked before anything is done. Until its first phase has ended,
 * whatever writes may go on writing, for days where it stopped there: a consent to two keys is none to two thousand.
 * @returns the move, with the loss in its row where it was accepted anew
 * @throws PawlError `E_DATA_LOSS` where it has grown since it was accepted; nothing was changed
 */
export async function weighAgain<R, H extends R>(
  work: Work<R, H>,
  move: SessionMove,
  accepted?: string,
): Promise<SessionMove> {
  const at = positionOf(work.snapshot.value);
  const [first] = work.machine.spec.rollback;
  if (at.direction !== 'rollback' || at.phase !== first?.name) return move;
  const then = lastAccepted(work);
  if (then === undefined) return move;
  const loss = await lossNow(work);
  if (loss.free || !hasGrown(loss, then)) return move;
  if (loss.name === accepted) return withLoss(move, kept(loss));
  throw new PawlError('E_DATA_LOSS', `${loss.message}. When the way back began: ${then.message}`, {
    hint: `It has grown since it was accepted, and nothing was changed now. Where what is shown may be lost, accept that anew, by the name ${loss.name}: a rollback goes on where it stands.`,
    facts: { ...loss.facts, name: loss.name },
  });
}

function withLoss(move: SessionMove, loss: JsonObject): SessionMove {
  const entries = move.entries.map((entry) =>
    entry.kind === 'resumed' ? { ...entry, data: { ...entry.data, loss } } : entry,
  );
  return { ...move, entries };
}

function lastAccepted<R, H extends R>({ store, run }: Work<R, H>): Accepted | undefined {
  // The rows that begin a way back, or go on with it: nothing else keeps a `loss`.
  const row = store
    .journal(run)
    .findLast(({ kind, data }) => (kind === 'rollback' || kind === 'resumed') && data['loss'] !== undefined);
  return row?.data['loss'] as Accepted | undefined;
}

function hasGrown(loss: Loss, then: Accepted): boolean {
  const before = then['count'];
  if (loss.count === undefined || typeof before !== 'number') return loss.message !== then.message;
  return loss.count > before;
}

/** A loss as its row keeps it. */
type Accepted = JsonObject & { readonly message: string };

const kept = ({ free, message, count, facts }: Loss): JsonObject => ({
  ...{ free, message, facts },
  ...optional('count', count),
});

async function lossNow<R, H extends R>(work: Work<R, H>): Promise<Loss> {
  const { spec } = work.machine;
  if (spec.loss === undefined) throw noWayBack(work.run, true);
  const at = positionOf(work.snapshot.value);
  const phase = at.direction === 'ended' ? at.ended : at.phase;
  const { run, choices, facts, said } = work.scope;
  const intent = { id: 'loss', run, seq: 0, phase, step: 'loss', target: NO_TARGET, attempt: 1 };
  return await spec.loss({
    ...{ run, choices, facts, intent, target: NO_TARGET },
    // With those that this very call names: nobody must be asked who will not answer.
    said: { remove: said?.remove ?? [], dead: work.session.dead() },
    hands: work.fleet.reading(work.session, intent),
    signal: work.signal ?? new AbortController().signal,
    progress: (message) => {
      work.notify({ type: 'progress', run, phase, step: '-', target: NO_TARGET, message });
    },
  });
}
