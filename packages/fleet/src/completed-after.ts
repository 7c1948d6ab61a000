import type { ClosedRecord } from './hands';

/**
 * The runs that came to their end on a host after this one had, and were not taken back since, in the order of their records;
 * none where the host has no record of this one. All times are by that host's own clock. Whatever the others have changed,
 * this one knows nothing of.
 */
export function completedAfter(run: string, closed: readonly ClosedRecord[]): readonly Dated[] {
  const ended = closed.find((end) => end.run === run)?.at;
  return closed.filter(
    (end): end is Dated =>
      end.outcome === 'completed' && ended !== undefined && end.at !== undefined && end.at > ended,
  );
}

type Dated = ClosedRecord & { readonly at: string };
