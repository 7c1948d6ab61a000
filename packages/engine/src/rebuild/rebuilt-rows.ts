import type { JsonObject } from '../json';
import { intentEntry } from '../open-intent';
import type { ClosedIntent, JournalEntry } from '../ports';
import type { Weighed } from './weigh-jobs';

const LOST: JournalEntry = { kind: 'lost', data: {} };

/**
 * The rows of a rebuilt journal, from the second on. Each intent stands where it stood: its number is part of its job's name,
 * and numbers go on behind the last one, so that no new job is ever named like one that is there. A row that no host knows of
 * is `lost`; an outcome takes the first such place behind its intent. The last row says from what all this was rebuilt. Pure.
 */
export function rebuiltRows(
  weighed: readonly Weighed[],
  from: JsonObject,
): { readonly rows: readonly JournalEntry[]; readonly lost: number } {
  const rows = new Map(weighed.map(({ intent }) => [intent.seq, intentEntry(intent)]));
  const end = Math.max(FIRST - 1, ...rows.keys());
  for (const one of weighed)
    if (one.end === 'succeeded') rows.set(freeBehind(one.intent.seq, rows), outcome(one));
  const length = Math.max(end, ...rows.keys()) - FIRST + 1;
  const all = Array.from({ length }, (_, index) => rows.get(FIRST + index) ?? LOST);
  const lost = all.filter((row) => row === LOST).length;
  const ended = weighed.filter((one) => one.end === 'lost').map(outcome);
  return { rows: [...all, ...ended, { kind: 'rebuilt', data: { ...from, lost } }], lost };
}

/** Intents as they are closed together with these rows. */
export function closedWith(weighed: readonly Weighed[]): readonly ClosedIntent[] {
  return weighed.flatMap((one): readonly ClosedIntent[] => {
    const { id } = one.intent;
    if (one.end === 'succeeded') return [{ id, state: 'succeeded', facts: one.facts ?? {} }];
    return one.end === 'lost' ? [{ id, state: 'failed', error: OUTCOME_LOST }] : [];
  });
}

/** Row 1 says how the run was made. */
const FIRST = 2;

const OUTCOME_LOST = {
  kind: 'failed',
  code: 'E_REBUILT',
  message: 'its outcome stood in the lost journal only',
};

function freeBehind(seq: number, rows: ReadonlyMap<number, JournalEntry>): number {
  let free = seq + 1;
  while (rows.has(free)) free += 1;
  return free;
}

function outcome({ intent, end, facts = {} }: Weighed): JournalEntry {
  const { id, phase, step, target } = intent;
  const what = end === 'succeeded' ? { state: end, facts } : { state: 'failed', error: OUTCOME_LOST };
  return { kind: 'outcome', data: { intent: id, step: `${phase}/${step}`, target, ...what } };
}
