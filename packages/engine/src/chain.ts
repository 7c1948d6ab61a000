import { canonicalJson, sha256 } from './canonical';
import type { Head } from './ports';
import type { JournalRow } from './records';

/** `prev` of a run's first row. */
export const CHAIN_START = '0'.repeat(64);

/**
 * The hash that belongs on a row: sha256 over canonical JSON of everything else in it, `prev` included.
 * @param data the row's data as canonical JSON, where a store has that text in hand already
 */
export function hashRow(
  row: Readonly<Omit<JournalRow, 'hash'>>,
  data: string = canonicalJson(row.data),
): string {
  const { run, seq, at, kind, prev } = row;
  const text = JSON.stringify;
  // The canonical text, keys in their order.
  return sha256(
    `{"at":${text(at)},"data":${data},"kind":${text(kind)},"prev":${text(prev)},"run":${text(run)},"seq":${seq}}`,
  );
}

export type ChainVerdict =
  | { readonly ok: true; readonly rows: number; readonly head: string }
  | { readonly ok: false; readonly seq: number; readonly why: string };

/**
 * Verifies a run's journal from its first row on, alone: no database needed. Pure.
 * @param recorded the end of the journal as the run's record has it: without it, rows that are missing at the end are not missed
 * @param cleaned numbers of rows whose content was cleaned after it was hashed: of these only the place in the chain can be checked
 * @returns the number of rows and the last hash, or the first bad row and what is wrong with it
 */
export function verifyChain(
  rows: Iterable<JournalRow>,
  recorded?: Head,
  cleaned: readonly number[] = [],
): ChainVerdict {
  let head = CHAIN_START;
  let run: string | undefined;
  let seq = 0;
  for (const row of rows) {
    seq += 1;
    run ??= row.run;
    const why = faultOf(row, run, seq, head, cleaned.includes(seq)) ?? faultOfEnd(row, recorded);
    if (why !== undefined) return { ok: false, seq, why };
    head = row.hash;
  }
  if (recorded === undefined || recorded.seq === seq) return { ok: true, rows: seq, head };
  return { ok: false, seq: seq + 1, why: `it is missing: the run's record ends with row ${recorded.seq}` };
}

function faultOfEnd(row: JournalRow, recorded: Head | undefined): string | undefined {
  if (recorded === undefined || row.seq < recorded.seq) return undefined;
  if (row.seq > recorded.seq) return `the run's record ends with row ${recorded.seq}`;
  return row.hash === recorded.hash ? undefined : "its hash is not the one in the run's record";
}

function faultOf(
  row: JournalRow,
  run: string,
  seq: number,
  head: string,
  cleaned: boolean,
): string | undefined {
  if (row.seq !== seq) return `row ${seq} is missing: ${row.seq} stands in its place`;
  if (row.run !== run) return `it belongs to run ${row.run}, not ${run}`;
  if (row.prev !== head) return 'it does not follow from the row before it';
  if (!cleaned && !isHashed(row)) return 'its content does not match its hash';
  return undefined;
}

/** Content that no JSON can hold was never hashed: one changed digit of an exponent reads back as Infinity. */
function isHashed(row: JournalRow): boolean {
  return holdsJson(row.data) && row.hash === hashRow(row);
}

function holdsJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(holdsJson);
}
