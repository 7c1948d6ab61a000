import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Move } from './commit-work';
import { PawlError } from './errors';
import { optional, reasonFrom } from './failure';
import type { JsonObject } from './json';
import type { JournalEntry, Store } from './ports';
import { positionOf } from './position';
import { next, takes } from './pure-core';
import { REBUILT } from './rebuild/rebuild-run';
import type { IntentRecord, RunRecord } from './records';

/** The first commit of a session, once the hosts have been joined. */
export type SessionMove = Move & {
  readonly boundary: 'entered' | 'resumed' | 'decided' | 'rollback' | 'cleanup';
};

/** Going on: out of a pause, or after a crash; never of a step in doubt. Attempts that a pause has answered are counted anew. */
export function resumeMove(
  xstate: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  open: readonly IntentRecord[],
): SessionMove {
  const after = goingOn(xstate, snapshot);
  const tried = after === undefined ? [] : open.map(({ id }) => ({ id, tries: 0 }));
  return {
    boundary: 'resumed',
    entries: [{ kind: 'resumed', data: {} }],
    state: 'running',
    tried: interrupted(snapshot) ? [] : tried,
    ...(after !== undefined && { next: after }),
  };
}

/** @throws PawlError `E_NOT_IN_DOUBT`, `E_NO_SUCH_CHOICE` */
export function decideMove(
  xstate: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  record: RunRecord,
  store: Store,
  { choice, reason }: Readonly<{ choice: string; reason: string }>,
): SessionMove {
  if (record.state !== 'in-doubt') {
    throw new PawlError(
      'E_NOT_IN_DOUBT',
      `run ${record.run} is ${record.state}: there is nothing to decide`,
      {
        where: record.run,
        hint: 'Without a decision: resume it, or take it back.',
      },
    );
  }
  const at = positionOf(snapshot.value);
  const by: JournalEntry = {
    kind: 'decided',
    data: { choice, reason, by: record.claim.owner.who, ...optional('seen', seenThen(record)) },
  };
  const open = store.intents(record.run, { open: true });
  if (at.direction === 'ended' || at.inner !== 'in-doubt') {
    // The hosts were in doubt, not a step: looking again is what there is, or going on from what they have told.
    const only = reasonFrom(record.reason)?.code === REBUILT ? 'go-on' : 'ask-again';
    if (choice !== only) throw noSuchChoice(record.run, choice, [only]);
    const move = resumeMove(xstate, snapshot, open);
    return { ...move, boundary: 'decided', entries: [by, ...move.entries] };
  }
  if (!takes(snapshot, { type: 'DECIDE', choice })) {
    const taken = ['ask-again', 'start-over'].filter((name) =>
      takes(snapshot, { type: 'DECIDE', choice: name }),
    );
    throw noSuchChoice(record.run, choice, taken);
  }
  const givesUp = choice === 'start-over';
  return {
    boundary: 'decided',
    entries: [by, ...(givesUp ? open.map((intent) => givenUp(intent, 'E_STARTED_OVER')) : [])],
    state: 'running',
    ...(givesUp
      ? { close: closed(open, 'E_STARTED_OVER') }
      : { tried: open.map(({ id }) => ({ id, tries: 0 })) }),
    next: next(xstate, snapshot, { type: 'DECIDE', choice }),
  };
}

/** A pause is left; a one-shot step that was running when its owner died is asked about before anything else. */
function goingOn(xstate: AnyStateMachine, snapshot: AnyMachineSnapshot): AnyMachineSnapshot | undefined {
  const at = positionOf(snapshot.value);
  if (at.direction === 'ended') return undefined;
  if (at.inner === 'paused') return next(xstate, snapshot, { type: 'RESUME' });
  if (!interrupted(snapshot)) return undefined;
  const error = { kind: 'failed', code: 'E_INTERRUPTED', changed: true } as const;
  return next(xstate, snapshot, { failed: `${at.phase}/${at.step}`, error });
}

/** Only a one-shot step does not take PAUSE while it runs. */
function interrupted(snapshot: AnyMachineSnapshot): boolean {
  const at = positionOf(snapshot.value);
  return at.direction !== 'ended' && at.inner === 'running' && !takes(snapshot, { type: 'PAUSE' });
}

export function closed(open: readonly IntentRecord[], code: string): NonNullable<Move['close']> {
  return open.map(({ id }) => ({
    id,
    state: 'failed',
    error: { kind: 'failed', code, message: 'left undecided' },
  }));
}

export function givenUp({ id, phase, step, target }: IntentRecord, code: string): JournalEntry {
  const error = { kind: 'failed', code, message: 'left undecided' };
  return { kind: 'outcome', data: { intent: id, step: `${phase}/${step}`, target, state: 'failed', error } };
}

/** What the decision rests on, beside it: whoever reads that row need not look for the one that asked. */
function seenThen({ reason }: RunRecord): JsonObject | undefined {
  if (reason === undefined) return undefined;
  const { choices, hint, ...seen } = reason;
  return seen;
}

function noSuchChoice(run: string, choice: string, taken: readonly string[]): PawlError {
  return new PawlError('E_NO_SUCH_CHOICE', `run ${run} can't be decided by ${choice}`, {
    hint: `Choices: ${taken.join(', ')}.`,
    facts: { choices: taken },
  });
}
