import { PawlError, type JournalKind, type JournalRow } from '@pawl/engine';
import { rowView } from './row-view';

export interface JournalFilterFlags {
  readonly kind?: readonly string[];
  readonly step?: string;
  readonly target?: string;
  readonly after?: string;
}

/** Which rows are shown. */
export interface JournalFilter {
  /** Only rows after this one. */
  readonly after: number;
  readonly matches: (row: JournalRow) => boolean;
}

/** Rows that every flag lets through. @throws PawlError `E_USAGE` for a kind or a number that is none */
export function journalFilter({ kind, step, target, after }: JournalFilterFlags): JournalFilter {
  const kinds = kind?.map(known);
  const from = rowNumber(after);
  const [phase, name] = step?.split('/') ?? [];
  return {
    after: from,
    matches(row) {
      const view = rowView(row);
      return (
        row.seq > from &&
        (kinds?.includes(row.kind) ?? true) &&
        (phase === undefined || view.phase === phase) &&
        (name === undefined || view.step === name) &&
        (target === undefined || view.target === target)
      );
    },
  };
}

const KINDS: Readonly<Record<JournalKind, true>> = {
  created: true,
  claimed: true,
  entered: true,
  intent: true,
  outcome: true,
  retry: true,
  answer: true,
  paused: true,
  'in-doubt': true,
  decided: true,
  resumed: true,
  rollback: true,
  cleanup: true,
  lost: true,
  rebuilt: true,
  ended: true,
};

function known(kind: string): string {
  if (Object.hasOwn(KINDS, kind)) return kind;
  throw new PawlError('E_USAGE', `--kind ${kind}: the journal has no such rows`, {
    hint: `Kinds: ${Object.keys(KINDS).join(', ')}.`,
  });
}

function rowNumber(given: string | undefined): number {
  if (given === undefined) return 0;
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new PawlError('E_USAGE', `--after ${given}: a row number is wanted`, {
    hint: 'See `pawl journal RUN`.',
  });
}
