import type { ChainVerdict } from '../chain';
import type { JournalRow, RunRecord } from '../records';

/** Names the format. A later one that older releases can't read has another number. */
export const BUNDLE_SCHEMA = 'pawl/bundle/1';

/** The first line of a bundle: what the rows belong to. The chain vouches for its run and its definition, not for the rest. */
export interface BundleHeader {
  readonly schema: typeof BUNDLE_SCHEMA;
  /** Program and version: `pawl 0.1.0`. */
  readonly madeBy: string;
  /** RFC 3339. */
  readonly madeAt: string;
  /** The run as its record had it when the bundle was made, cleaned of secrets. */
  readonly record: RunRecord;
  /** Canonical text; its sha256 is the record's `definitionHash`, and that of the first row. */
  readonly definition: string;
}

/** The last line: a bundle without it was cut off. */
export interface BundleEnd {
  /** How many rows there are: the number of the last one in the run's own record. */
  readonly rows: number;
  /** Hash of the last row, from the run's own record. */
  readonly head: string;
  /** Rows whose content was cleaned of secrets after it was hashed, by number. None in a run whose engine had a `redact`. */
  readonly cleaned: readonly number[];
  /** sha256 of the header's line: a header that was damaged on its way is noticed. */
  readonly header: string;
}

/** One run as one file: the header, its journal row by row in canonical JSON, the end. NDJSON. */
export interface Bundle extends BundleHeader {
  readonly rows: readonly JournalRow[];
  readonly cleaned: readonly number[];
  /** What came of following the chain to its end. */
  readonly verdict: ChainVerdict;
}
