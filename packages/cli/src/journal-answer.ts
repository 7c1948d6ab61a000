import type { JournalRow } from '@pawl/engine';
import type { BundleView } from './bundle-view';
import { document, type Answer } from './documents';
import { EXIT } from './exit-codes';
import { renderBundle } from './render/bundle';
import { renderJournal, renderVerdict } from './render/journal';
import { rowView } from './row-view';
import type { Verification } from './verification';

export interface ShownJournal {
  readonly run: string;
  readonly rows: readonly JournalRow[];
  /** The rows were printed as they came. */
  readonly printed: boolean;
  readonly verification: Verification | null;
  /** Where the rows come from a bundle. */
  readonly bundle: BundleView | null;
}

/** A journal as it is answered; a chain that is broken exits with 9. */
export function journalAnswer({ run, rows, printed, verification, bundle }: ShownJournal): Answer {
  const broken = verification?.ok === false;
  const outcome = broken ? 'broken' : verification === null ? 'listed' : 'verified';
  return {
    exit: broken ? EXIT.store : EXIT.done,
    document: document(
      'journal',
      outcome,
      { run, phase: bundle?.phase ?? null },
      { rows, verification, bundle },
    ),
    render: (paper) =>
      printed
        ? renderVerdict(verification, paper)
        : `${bundle === null ? '' : renderBundle(bundle, paper)}${renderJournal(rows.map(rowView), verification, paper)}`,
  };
}
