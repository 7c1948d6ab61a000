import type { RowView } from '../row-view';
import type { Verification } from '../verification';
import { table, type Paper } from './layout';

/** A line a row: number, time, kind, and what it is about. */
export function renderJournal(
  rows: readonly RowView[],
  verification: Verification | null,
  paper: Paper,
): string {
  const body =
    rows.length === 0 ? 'No rows' : table(rows.map((row) => [String(row.seq), row.at, row.kind, about(row)]));
  return verification === null ? `${body}\n` : `${body}\n\n${renderVerdict(verification, paper)}`;
}

/** What came of following the chain; nothing where it was not. */
export function renderVerdict(verification: Verification | null, { colours: { green, red } }: Paper): string {
  if (verification === null) return '';
  const { ok, rows, badSeq, problem } = verification;
  return ok
    ? `${green(`The chain of ${rows} rows is whole.`)}\n`
    : `${red(`The chain is broken at row ${String(badSeq)}: ${problem ?? ''}`)}\n`;
}

/** One row by itself, for who follows: its columns are as wide as they ever get. */
export function renderRow(row: RowView): string {
  return [String(row.seq).padStart(5), row.at, row.kind.padEnd(8), about(row)].join('  ').trimEnd();
}

function about(row: RowView): string {
  const place = [row.phase, row.step].filter((part) => part !== undefined).join('/');
  const parts = [
    place,
    row.target,
    row.attempt === undefined || row.attempt === 1 ? undefined : `attempt ${row.attempt}`,
    row.verdict ?? row.outcome ?? row.choice,
    row.by === undefined ? undefined : `by ${row.by}`,
    row.message === undefined ? undefined : `${row.message}${row.code === undefined ? '' : ` (${row.code})`}`,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join('  ');
}
