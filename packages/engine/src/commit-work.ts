import type { AnyMachineSnapshot } from 'xstate';
import { cleanCommit } from './clean-commit';
import type { RunReason } from './engine-api';
import { optional, reasonJson } from './failure';
import type { Commit, JournalEntry } from './ports';
import { positionOf, type Position } from './position';
import { persist } from './pure-core';
import type { JournalRow, RunState } from './records';
import type { Work } from './work';

export interface Move extends Pick<Commit, 'open' | 'close' | 'tried' | 'answers' | 'state'> {
  readonly entries: readonly JournalEntry[];
  /** The state after it. Its checkpoint and the rows that follow from it are part of the same transaction. */
  readonly next?: AnyMachineSnapshot;
  /** Why the run rests; with a `next` that rests, or a `state`. */
  readonly reason?: RunReason;
}

/**
 * Commits rows, intents and the next checkpoint in one transaction, between two boundaries.
 *
 * Durable when it returns: all of it. On an error: none of it. Never: a row under a claim that is not the run's any more.
 * @param boundary `MACHINE/PHASE/STEP@TARGET/NAME`; a crash before it leaves nothing, one after it everything
 */
export function commitWork<R, H extends R>(
  work: Work<R, H>,
  boundary: string,
  move: Move,
): readonly JournalRow[] {
  const from = positionOf(work.snapshot.value);
  const to = move.next === undefined ? undefined : positionOf(move.next.value);
  const rest = to === undefined ? undefined : restOf(to);
  const state = rest ?? move.state;
  const reason = move.reason === undefined ? undefined : reasonJson(move.reason);
  work.faultPoint(`${boundary}:before-commit`);
  const commit: Commit = {
    run: work.run,
    claim: work.claim,
    at: work.now().toISOString(),
    entries: [...move.entries, ...(to === undefined ? [] : consequences(from, to, move.reason))],
    ...optional('open', move.open),
    ...optional('close', move.close),
    ...optional('tried', move.tried),
    ...optional('answers', move.answers),
    ...optional('checkpoint', move.next === undefined ? undefined : envelope(work, move.next)),
    ...(state !== undefined && { state, ...optional('reason', reason) }),
  };
  const rows = work.store.commit(cleanCommit(commit, work.redact));
  remember(work, rows, move.next);
  work.faultPoint(`${boundary}:after-commit`);
  for (const row of rows) work.notify({ type: 'journal', row });
  return rows;
}

/** The number that the row at `index` of the next commit will have: only the owner writes rows. */
export function seqAt<R, H extends R>(work: Work<R, H>, index: number): number {
  return work.lastSeq + 1 + index;
}

/** The envelope around xstate's snapshot. */
export function envelope<R, H extends R>(
  work: Pick<Work<R, H>, 'machine'>,
  snapshot: AnyMachineSnapshot,
): NonNullable<Commit['checkpoint']> {
  const { spec, definitionHash, xstate } = work.machine;
  return {
    machineId: spec.id,
    machineVersion: spec.version,
    definitionHash,
    snapshot: persist(xstate, snapshot),
  };
}

/** `MACHINE/PHASE/STEP@-`, where the run stands. */
export function placeOf<R, H extends R>(work: Work<R, H>): string {
  const at = positionOf(work.snapshot.value);
  const place = at.direction === 'ended' ? `${at.ended}/-` : `${at.phase}/${at.step}`;
  return `${work.machine.spec.id}/${place}@-`;
}

function remember<R, H extends R>(
  work: Work<R, H>,
  rows: readonly JournalRow[],
  next: AnyMachineSnapshot | undefined,
): void {
  work.lastSeq = rows.at(-1)?.seq ?? work.lastSeq;
  if (next === undefined) return;
  work.snapshot = next;
  work.checkpointSeq = work.lastSeq;
}

/** The rows that a transition writes by itself: another phase, a rest, the end. */
function consequences(from: Position, to: Position, reason: RunReason | undefined): readonly JournalEntry[] {
  const data = reason === undefined ? {} : { reason: reasonJson(reason) };
  if (to.direction === 'ended') return [{ kind: 'ended', data: { outcome: to.ended, ...data } }];
  const { direction, phase, step, inner } = to;
  const entered = from.direction !== direction || from.phase !== phase;
  const rests = inner === 'paused' || inner === 'in-doubt';
  return [
    ...(entered ? [{ kind: 'entered' as const, data: { direction, phase } }] : []),
    ...(rests ? [{ kind: inner, data: { step: `${phase}/${step}`, ...data } }] : []),
  ];
}

function restOf(at: Position): RunState | undefined {
  if (at.direction === 'ended') return at.ended;
  return at.inner === 'paused' || at.inner === 'in-doubt' ? at.inner : undefined;
}
