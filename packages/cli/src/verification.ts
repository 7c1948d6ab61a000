import type { ChainVerdict } from '@pawl/engine';

/** What came of following a chain. */
export interface Verification {
  readonly ok: boolean;
  readonly rows: number;
  readonly badSeq: number | null;
  readonly problem: string | null;
}

/** @param rows how many were looked at */
export function verificationOf(rows: number, verdict: ChainVerdict): Verification {
  return verdict.ok
    ? { ok: true, rows: verdict.rows, badSeq: null, problem: null }
    : { ok: false, rows, badSeq: verdict.seq, problem: verdict.why };
}
