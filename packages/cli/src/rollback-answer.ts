import type { PawlError, RunRecord, Store } from '@pawl/engine';
import { commandLine } from './command-line';
import { conclusionOf } from './conclusion-of';
import type { Context } from './context';
import { allRows } from './database';
import type { Answer } from './documents';
import { EXIT } from './exit-codes';
import { hasChanged } from './has-changed';
import { lookAgain } from './look-again';
import type { CliMachine } from './machines';
import { nextCommand } from './next-command';
import { outageSeconds } from './outage';
import { readEngine } from './read-engine';
import { resultAnswer } from './result-answer';
import type { ResultView } from './result-view';

/** The run that is asked about. */
interface Found {
  readonly store: Store;
  readonly record: RunRecord;
  readonly machine: CliMachine;
}

/** Nothing was done: what would be lost, and the command that accepts it, as it was given. */
export function refusedByLoss(
  context: Context,
  found: Found,
  given: readonly string[],
  { code, message, hint, facts }: PawlError,
): Answer {
  const { run, choices } = found.record;
  const name = facts?.['name'];
  const accepted = typeof name === 'string' ? name : found.machine.pointOfNoReturnName(choices);
  return resultAnswer(
    {
      ...untouched(context, found),
      outcome: 'refused',
      reason: { code, message, where: null, hint: hint ?? null, facts: facts ?? null },
      // Never the next thing by itself: automation that follows `next` must not lose data.
      next: commandLine(context.place, 'status', run),
      otherwise: commandLine(context.place, 'rollback', run, ...given, '--accept-data-loss', accepted),
    },
    EXIT.refused,
  );
}

export function alreadyRolledBack(context: Context, found: Found): Answer {
  const { store, record, machine } = found;
  const { run, choices } = record;
  return resultAnswer(
    {
      ...untouched(context, found),
      outcome: 'already-rolled-back',
      conclusion: conclusionOf(store, record, machine),
      next: nextCommand(
        { run, state: 'rolled-back', choices: [], again: lookAgain(machine, choices) },
        context.place,
      ),
    },
    EXIT.done,
  );
}

/** Of a run at which nothing was done by this command. */
function untouched(
  context: Context,
  { store, record: { run }, machine }: Found,
): Omit<ResultView, 'outcome' | 'next'> {
  const { phase, step } = readEngine(context, store).status(run);
  return {
    run,
    changed: hasChanged(store.intents(run), machine),
    phase,
    step: step ?? null,
    reason: null,
    choices: [],
    outageSeconds: outageSeconds(machine.outage(allRows(store, run)), context.now()),
    conclusion: [],
    otherwise: null,
    log: null,
  };
}
