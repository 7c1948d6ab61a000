import { PawlError, verifyChain, type JournalRow } from '@pawl/engine';
import type { Context } from '../context';
import { allRows, openExistingToRead, wholeJournal, withStore } from '../database';
import type { Answer } from '../documents';
import { followRows } from '../follow-rows';
import { journalAnswer } from '../journal-answer';
import { journalFilter, type JournalFilterFlags } from '../journal-filter';
import { printRow } from '../print-row';
import { readEngine } from '../read-engine';
import { verificationOf } from '../verification';
import { whichRun } from '../which-run';
import { exportJournal } from './export-journal';
import { importJournal } from './import-journal';

export interface JournalFlags extends JournalFilterFlags {
  readonly verify?: boolean;
  readonly follow?: boolean;
  readonly export?: string;
  readonly import?: string;
}

/**
 * `pawl journal RUN`: the rows as they stand, or those that the filters let through; `--follow` goes on until the run rests.
 * With `--verify` the chain is followed from the first row, whatever is shown, and the first bad row is named. `--export` and
 * `--import` write and read a run as a bundle.
 */
export async function journal(
  context: Context,
  named: string | undefined,
  flags: JournalFlags,
): Promise<Answer> {
  refuseMixed(named, flags);
  if (flags.export !== undefined) return exportJournal(context, named, flags.export);
  if (flags.import !== undefined) return importJournal(context, flags.import, flags);
  const filter = journalFilter(flags);
  const { database } = context.place;
  return withStore(openExistingToRead(context.place), async (store) => {
    const { run } = whichRun(store.list(), named, database);
    const shown: JournalRow[] = [];
    const printed = flags.follow === true;
    if (printed)
      for await (const row of followRows(store, readEngine(context, store), run, filter.after)) {
        if (!filter.matches(row)) continue;
        shown.push(row);
        printRow(context, row);
      }
    else shown.push(...allRows(store, run, filter.after).filter((row) => filter.matches(row)));
    const whole = flags.verify === true ? wholeJournal(store, run) : undefined;
    // Against the run's own record as well, or nobody would miss rows at the end.
    const verification =
      whole === undefined ? null : verificationOf(whole.rows.length, verifyChain(whole.rows, whole.head));
    return journalAnswer({ run, rows: shown, printed, verification, bundle: null });
  });
}

/** What can't be meant together is refused: a bundle with half of the rows would look like a whole one. */
function refuseMixed(named: string | undefined, flags: JournalFlags): void {
  const filters = (['kind', 'step', 'target', 'after'] as const).filter((flag) => flags[flag] !== undefined);
  const mixed =
    flags.export === undefined
      ? flags.import !== undefined && (flags.follow === true || named !== undefined)
      : flags.import !== undefined || flags.follow === true || filters.length > 0;
  if (!mixed) return;
  throw new PawlError(
    'E_USAGE',
    flags.export === undefined
      ? '--import shows the run that is in the file: it takes no RUN and no --follow'
      : '--export writes a whole run: it takes no filters, no --follow and no --import',
    { hint: 'See `pawl journal --help`.' },
  );
}
