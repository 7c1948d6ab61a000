import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { PawlError } from './errors';
import { optional, reasonFrom } from './failure';
import type { JsonObject } from './json';
import type { JournalEntry, Store } from './ports';
import { isInDoubt } from './position';
import { next, takes } from './pure-core';
import type { RunRecord } from './records';
import { closed, givenUp, resumeMove, type SessionMove } from './session-move';

/** Who wants the way back, and on which terms. */
export interface WayBack {
  readonly by: string;
  /** Somebody asked; or it was chosen beforehand, for a failure. */
  readonly asked: boolean;
  readonly reason: string | undefined;
  readonly dead: readonly string[];
  /** An irreversible step has been begun. */
  readonly crossed: boolean;
  /** What that loses: proven to be nothing, or accepted by name. */
  readonly loss?: JsonObject;
}

/**
 * The first commit of the way back. Open intents are given up in it: what they began has ended, and is taken back.
 * @param from the state it starts in @throws PawlError `E_NO_WAY_BACK`
 */
export function rollbackMove(
  xstate: AnyStateMachine,
  from: AnyMachineSnapshot,
  record: RunRecord,
  store: Store,
  { by, asked, reason, dead, crossed, loss }: WayBack,
): SessionMove {
  const event = { type: 'ROLLBACK', crossed, consent: loss !== undefined, dead } as const;
  if (!takes(from, event)) throw noWayBack(record.run, crossed);
  const open = store.intents(record.run, { open: true });
  const entry: JournalEntry = {
    kind: 'rollback',
    data: {
      ...{ by, asked },
      ...optional('reason', reason),
      ...(dead.length > 0 && { dead }),
      ...optional('loss', loss),
    },
  };
  return {
    boundary: 'rollback',
    entries: [entry, ...open.map((intent) => givenUp(intent, 'E_ROLLED_BACK'))],
    close: closed(open, 'E_ROLLED_BACK'),
    state: 'running',
    next: next(xstate, from, event),
  };
}

/**
 * Goes on with a way back, without the hosts that are named: what was begun there is given up. One in doubt stays so, with its
 * reason and choices: to leave a host behind answers nothing about the others.
 */
export function withoutHosts(
  xstate: AnyStateMachine,
  from: AnyMachineSnapshot,
  record: RunRecord,
  store: Store,
  { by, reason, dead }: Pick<WayBack, 'by' | 'reason' | 'dead'>,
): SessionMove {
  const open = store.intents(record.run, { open: true });
  if (dead.length === 0) return resumeMove(xstate, from, open);
  const without = next(xstate, from, { type: 'HOST_DEAD', dead });
  const lost = open.filter(({ target }) => dead.includes(target));
  const kept = open.filter(({ target }) => !dead.includes(target));
  const stays = isInDoubt(without.value);
  const move = resumeMove(xstate, without, kept);
  const decided: JournalEntry = {
    kind: 'decided',
    data: { choice: 'host-dead', by, dead, ...optional('reason', reason) },
  };
  return {
    ...move,
    entries: [
      decided,
      ...lost.map((intent) => givenUp(intent, 'E_HOST_DEAD')),
      ...(stays ? [] : move.entries),
    ],
    close: closed(lost, 'E_HOST_DEAD'),
    next: move.next ?? without,
    ...optional('reason', stays ? reasonFrom(record.reason) : undefined),
  };
}

export function noWayBack(run: string, crossed: boolean): PawlError {
  return new PawlError(
    'E_NO_WAY_BACK',
    crossed ? `run ${run} is past its point of no return` : `run ${run} has no way back from where it stands`,
    { hint: crossed ? 'Going back would lose what was written since. Resume instead.' : 'Resume instead.' },
  );
}

/** From its first commit on a cleanup may have removed what the way back needs. */
export function cleanedUp(run: string): PawlError {
  return new PawlError('E_NO_WAY_BACK', `run ${run} is being cleaned up: there is no way back any more`, {
    hint: 'Resume the cleanup.',
  });
}
