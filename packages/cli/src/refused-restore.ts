import type { PawlError } from '@pawl/engine';
import { commandLine } from './command-line';
import type { Context } from './context';
import { plain, type Answer } from './documents';
import { EXIT } from './exit-codes';
import { lookAgain, restoreCommand } from './look-again';
import type { BackupPlace, CheckReport } from './machines';
import { recordedFlags } from './recorded-flags';
import { resultAnswer } from './result-answer';
import type { ResultView } from './result-view';
import type { Survey } from './survey';

/** The run whose way back it takes the place of, and what is gone of it. */
export interface RestoreAbout {
  readonly run?: ResultView;
  readonly gone?: readonly BackupPlace[];
}

interface Refused {
  readonly found: Survey;
  readonly report: CheckReport;
  readonly pauseBefore: string | undefined;
  readonly error: PawlError;
}

/** Nothing was done: what would be lost, and the command that accepts it. `next` looks: automation that follows it loses nothing. */
export function refusedRestore(
  context: Context,
  { found, report, pauseBefore, error }: Refused,
  { run, gone = [] }: RestoreAbout,
): Answer {
  const { machine, choices, inventory } = found;
  const name = machine.pointOfNoReturnName(choices);
  const { from = null } = recordedFlags(choices);
  const { notices, keys = null, dataBytes = null } = machine.summary(choices, report.facts);
  return resultAnswer(
    {
      ...(run ?? NO_RUN),
      outcome: 'refused',
      reason: {
        code: 'E_DATA_LOSS',
        message: `going back by a backup loses what was written since: ${error.message}`,
        where: null,
        hint: error.hint ?? null,
        facts: plain({ name, from, gone, notices, keys, dataBytes }) as ResultReasonFacts,
      },
      next: commandLine(context.place, ...lookAgain(machine, choices, inventory)),
      otherwise: commandLine(
        context.place,
        ...restoreCommand(found, pauseBefore),
        '--accept-data-loss',
        name,
      ),
    },
    EXIT.refused,
  );
}

type ResultReasonFacts = NonNullable<ResultView['reason']>['facts'];

const NO_RUN: ResultView = {
  ...{ run: null, outcome: 'refused', changed: false, phase: null, step: null, reason: null },
  ...{ choices: [], outageSeconds: null, conclusion: [], next: null, otherwise: null, log: null },
};
