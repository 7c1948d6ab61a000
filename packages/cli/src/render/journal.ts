import type { RowView } from '../row-view';
import { table, type Paper } from './layout';

export interface Verification {
  readonly ok: boolean;
  readonly rows: number;
  readonly badSeq: number | null;
  readonly problem: string | null;
}

/** A line a row: number, time, kind, and what it is about. */
export function renderJournal(
  rows: readonly RowView[],
  verification: Verification | null,
  paper: Paper,
): string {
  const { green, red } = paper.colours;
  const body =
    rows.length === 0 ? 'No rows' : table(rows.map((row) => [String(row.seq), row.at, row.kind, about(row)]));
  if (verification === null) return `${body}\n`;
  const verdict = verification.ok
    ? green(`The chain of ${verification.rows} rows is whole.`)
    : red(`The chain is broken at row ${String(verification.badSeq)}: ${verification.problem ?? ''}`);
  return `${body}\n\n${verdict}\n`;
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
