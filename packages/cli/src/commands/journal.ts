import { PawlError, verifyChain } from '@pawl/engine';
import type { Context } from '../context';
import { allRows, openExistingToRead, withStore } from '../database';
import { document, type Answer } from '../documents';
import { EXIT } from '../exit-codes';
import { renderJournal, type Verification } from '../render/journal';
import { rowView } from '../row-view';
import { whichRun } from '../which-run';

export interface JournalFlags {
  readonly after?: string;
  readonly verify?: boolean;
}

/** `pawl journal RUN`: the rows as they stand; with `--verify` the chain is followed from the first row. */
export async function journal(
  context: Context,
  named: string | undefined,
  flags: JournalFlags,
): Promise<Answer> {
  const after = rowNumber(flags.after);
  const { database } = context.place;
  const { record, all } = await withStore(openExistingToRead(context.place), (s) => {
    const found = whichRun(s.list(), named, database);
    return { record: found, all: allRows(s, found.run) };
  });
  const verification = flags.verify === true ? verificationOf(all) : null;
  const rows = all.filter((row) => row.seq > after);
  const broken = verification?.ok === false;
  return {
    exit: broken ? EXIT.store : EXIT.done,
    document: document(
      'journal',
      broken ? 'broken' : verification === null ? 'listed' : 'verified',
      { run: record.run },
      { rows: rows, verification: verification },
    ),
    render: (paper) => renderJournal(rows.map(rowView), verification, paper),
  };
}

function verificationOf(rows: Parameters<typeof verifyChain>[0] & readonly unknown[]): Verification {
  const verdict = verifyChain(rows);
  return verdict.ok
    ? { ok: true, rows: verdict.rows, badSeq: null, problem: null }
    : { ok: false, rows: rows.length, badSeq: verdict.seq, problem: verdict.why };
}

function rowNumber(given: string | undefined): number {
  if (given === undefined) return 0;
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new PawlError('E_USAGE', `--after ${given}: a row number is wanted`, {
    hint: 'See `pawl journal RUN`.',
  });
}
