import { verifyChain, type JournalRow } from '@pawl/engine';
import type { Context } from '../context';
import { allRows, openExistingToRead, wholeJournal, withStore } from '../database';
import { document, type Answer } from '../documents';
import { eventLine } from '../event-line';
import { EXIT } from '../exit-codes';
import { followRows } from '../follow-rows';
import { journalFilter, type JournalFilterFlags } from '../journal-filter';
import { readEngine } from '../read-engine';
import { renderJournal, renderRow, renderVerdict, type Verification } from '../render/journal';
import { rowView } from '../row-view';
import { whichRun } from '../which-run';

export interface JournalFlags extends JournalFilterFlags {
  readonly verify?: boolean;
  readonly follow?: boolean;
}

/**
 * `pawl journal RUN`: the rows as they stand, or those that the filters let through; `--follow` goes on until the run rests.
 * With `--verify` the chain is followed from the first row, whatever is shown, and the first bad row is named.
 */
export async function journal(
  context: Context,
  named: string | undefined,
  flags: JournalFlags,
): Promise<Answer> {
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
    return answer(
      run,
      shown,
      printed,
      flags.verify === true ? verificationOf(wholeJournal(store, run)) : null,
    );
  });
}

/** As it comes: a line for people, or for `--events`; with `--json` there is one document at the end. */
function printRow(context: Context, row: JournalRow): void {
  const { stdout } = context.out;
  if (context.flags.events === true) stdout.write(eventLine({ type: 'journal', row }, context.now()));
  else if (context.flags.json !== true) stdout.write(`${renderRow(rowView(row))}\n`);
}

function answer(
  run: string,
  rows: readonly JournalRow[],
  printed: boolean,
  verification: Verification | null,
): Answer {
  const broken = verification?.ok === false;
  const outcome = broken ? 'broken' : verification === null ? 'listed' : 'verified';
  return {
    exit: broken ? EXIT.store : EXIT.done,
    document: document('journal', outcome, { run }, { rows, verification }),
    render: (paper) =>
      printed ? renderVerdict(verification, paper) : renderJournal(rows.map(rowView), verification, paper),
  };
}

/** Against the run's own record as well, or nobody would miss rows at the end. */
function verificationOf({ rows, head }: ReturnType<typeof wholeJournal>): Verification {
  const verdict = verifyChain(rows, head);
  return verdict.ok
    ? { ok: true, rows: verdict.rows, badSeq: null, problem: null }
    : { ok: false, rows: rows.length, badSeq: verdict.seq, problem: verdict.why };
}
