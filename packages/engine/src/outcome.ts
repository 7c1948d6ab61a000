import { commitWork, type Move } from './commit-work';
import type { DueStep } from './due-step';
import type { RunReason } from './engine-api';
import { optional, reasonJson, type Failure } from './failure';
import type { FanOut } from './fan-out';
import type { JsonObject } from './json';
import { boundaryOf, type Opened } from './open-intent';
import type { ClosedIntent, JournalEntry } from './ports';
import { positionOf } from './position';
import { next } from './pure-core';
import type { Intent } from './records';
import { choicesOf, settleAnswer } from './settle-answer';
import { hasChanged } from './has-changed';
import { NO_TARGET } from './step';
import type { Work } from './work';

/** One transaction: the outcome with its facts, and, where it is the last of the step, the next state. */
export function settleSuccess<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  fan: FanOut,
  intent: Intent,
  facts: JsonObject,
): void {
  if (due.asks !== undefined) {
    fan.decided = true;
    settleAnswer(work, due, intent, facts);
    return;
  }
  fan.succeeded.add(intent.target);
  const all = fan.succeeded.size === fan.targets.length;
  decide(work, due, fan, intent, {
    entries: [outcomeEntry(intent, { state: 'succeeded', facts })],
    close: [{ id: intent.id, state: 'succeeded', facts }],
    ...(all && { next: next(work.machine.xstate, work.snapshot, { done: due.id, output: null }) }),
  });
}

/** @returns what the next attempt starts from, or undefined where there is none */
export function settleFailure<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  fan: FanOut,
  attempt: Opened & { readonly intent: Intent },
  failure: Failure,
): Opened | undefined {
  const { intent } = attempt;
  const failures = attempt.failures + 1;
  const staysOpen = leavesOpen(due, failure);
  const error = { kind: failure.kind, ...reasonJson(failure.reason) };
  const entry = outcomeEntry(intent, { state: staysOpen ? 'undecided' : 'failed', error });
  const dueAt = retryDue(work, due, fan, failure, failures);
  const ends = (at?: string): Pick<Move, 'close' | 'tried'> =>
    staysOpen
      ? { tried: [{ id: intent.id, tries: failures, ...optional('due', at) }] }
      : { close: [{ id: intent.id, state: 'failed', error, ...optional('due', at) }] };
  if (dueAt === undefined) {
    fan.fail(failure);
    decide(work, due, fan, intent, { entries: [entry], ...ends() });
    return undefined;
  }
  const retry: JournalEntry = {
    kind: 'retry',
    data: { step: `${due.phase}/${due.name}`, target: intent.target, failures, due: dueAt },
  };
  commitWork(work, outcomeBoundary(work, due, intent), { entries: [entry, retry], ...ends(dueAt) });
  const open = staysOpen ? intent : undefined;
  return { open, attempts: attempt.attempts + (attempt.open === undefined ? 1 : 0), failures, due: dueAt };
}

/** A step that has nothing to do: it has no targets, or all have succeeded already. */
export function feedDone<R, H extends R>(work: Work<R, H>, due: DueStep<R, H>): void {
  commitWork(work, `${boundaryOf(work, due, NO_TARGET)}/outcome`, {
    entries: [{ kind: 'outcome', data: { step: due.id, state: 'succeeded', nothing: 'left to do' } }],
    next: next(work.machine.xstate, work.snapshot, { done: due.id, output: null }),
  });
}

/** A step that failed before any intent: it could not say its targets. */
export function feedFailure<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  failures: readonly Failure[],
): void {
  commitWork(work, `${boundaryOf(work, due, NO_TARGET)}/outcome`, {
    entries: [],
    ...failed(work, due, failures, []),
  });
}

/** Commits an outcome; if it is the last one in flight of a step that has failed, together with what follows from that. */
function decide<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  fan: FanOut,
  intent: Intent,
  move: Move,
): void {
  const boundary = outcomeBoundary(work, due, intent);
  const closed = [...(move.close ?? []), ...(move.tried ?? [])].map((each) => each.id);
  const end =
    fan.failures.length > 0 && fan.inFlight.size === 0 ? failed(work, due, fan.failures, closed) : {};
  const whole: Move = { ...move, ...end };
  fan.decided = whole.next !== undefined;
  commitWork(work, boundary, closeRefused(whole, intent));
}

/** The state after the worst of the failures, and why. */
function failed<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  failures: readonly Failure[],
  closing: readonly string[],
): Pick<Move, 'next' | 'reason'> {
  const worst = worstOf(failures);
  if (worst === undefined) return {};
  const changed = hasChanged(work, closing);
  const error = { kind: worst.kind, code: worst.reason.code, changed };
  return {
    next: next(work.machine.xstate, work.snapshot, { failed: due.id, error }),
    reason: withChoices(due, withOthers(worst.reason, failures), worst.kind),
  };
}

/** A one-shot step that refused with nothing changed says so of itself: its intent is over, too. */
function closeRefused(move: Move, intent: Intent): Move {
  const at = move.next === undefined ? undefined : positionOf(move.next.value);
  if (at?.direction !== 'ended' || at.ended !== 'refused' || move.tried === undefined) return move;
  const { tried, ...rest } = move;
  const closed: readonly ClosedIntent[] = tried.map(() => ({ id: intent.id, state: 'failed' }));
  return { ...rest, close: closed };
}

/**
 * A one-shot's intent is closed by success or by an answer, never by an error. An effect's stays open where its end was not
 * seen: it may still be going on, and a second job beside it would be two hands on one thing.
 */
function leavesOpen<R, H extends R>(due: DueStep<R, H>, failure: Failure): boolean {
  if (due.asks !== undefined || due.step.kind === 'read') return false;
  return due.step.kind === 'one-shot' || failure.endUnknown;
}

function retryDue<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  fan: FanOut,
  failure: Failure,
  failures: number,
): string | undefined {
  const { attempts } = due.step.retry ?? { attempts: 1 };
  const isOneShot = due.step.kind === 'one-shot' && due.asks === undefined;
  if (isOneShot || failure.kind !== 'failed' || failures >= attempts || fan.stopped()) return undefined;
  return new Date(work.now().getTime() + delayAfter(due, failures)).toISOString();
}

/** Milliseconds between a failure and the next attempt, by the step's policy. */
export function delayAfter<R, H extends R>({ step }: DueStep<R, H>, failures: number): number {
  const { delayMs, factor = 1 } = step.retry ?? { delayMs: 0 };
  return delayMs * factor ** Math.max(0, failures - 1);
}

const SEVERITY: readonly Failure['kind'][] = ['in-doubt', 'blocked', 'failed', 'refused'];

function worstOf(failures: readonly Failure[]): Failure | undefined {
  return SEVERITY.flatMap((kind) => failures.filter((failure) => failure.kind === kind)).at(0);
}

/** Where a person decides, the choices are said: those of the step, or those that the machine takes anyway. */
function withChoices<R, H extends R>(
  due: DueStep<R, H>,
  reason: RunReason,
  kind: Failure['kind'],
): RunReason {
  const said = reason.choices ?? [];
  return kind === 'in-doubt' && said.length === 0 ? { ...reason, choices: choicesOf(due) } : reason;
}

function withOthers(reason: RunReason, failures: readonly Failure[]): RunReason {
  if (failures.length < 2) return reason;
  const all = failures.map(({ reason: { code, message, where = '' } }) => ({ code, message, where }));
  return { ...reason, facts: { ...reason.facts, failures: all } };
}

function outcomeEntry(intent: Intent, data: JsonObject): JournalEntry {
  const { id, phase, step, target } = intent;
  return { kind: 'outcome', data: { intent: id, step: `${phase}/${step}`, target, ...data } };
}

function outcomeBoundary<R, H extends R>(work: Work<R, H>, due: DueStep<R, H>, intent: Intent): string {
  return `${boundaryOf(work, due, intent.target)}/${due.asks === undefined ? 'outcome' : 'answer'}`;
}
