import { unexpectedOutput } from '../errors';
import { complaint, textOf, type Told } from './complaint';

export type TxnAnswer =
  | { readonly verdict: 'succeeded'; readonly revision: number }
  /** A compare did not hold: nothing of the success branch was done. */
  | { readonly verdict: 'compare-failed'; readonly revision: number }
  | { readonly verdict: 'refused'; readonly reason: TxnRefusal; readonly said: string };

export type TxnRefusal = 'too-many-operations' | 'too-large' | 'no-such-lease' | 'syntax' | 'other';

/** `txn -w json`: `"succeeded":true`, or no such field where a compare failed; exit 0 for both. */
export function parseTxn(result: Told): TxnAnswer {
  if (result.exit !== 0) {
    const said = complaint(result);
    return {
      verdict: 'refused',
      reason: REASONS.find(([pattern]) => pattern.test(said))?.[1] ?? 'other',
      said,
    };
  }
  const stdout = textOf(result.stdout);
  // The header is the first thing in it; what follows may hold values and is not parsed for a yes or no.
  const header = /^\{"header":\{([^}]*)\}(,"succeeded":true)?[,}]/.exec(stdout);
  const revision = /"revision":(\d{1,15})[,}]?/.exec(`${header?.[1] ?? ''},`)?.[1];
  if (header === null || revision === undefined) throw unexpectedOutput('etcdctl txn', stdout.slice(0, 80));
  return { verdict: header[2] === undefined ? 'compare-failed' : 'succeeded', revision: Number(revision) };
}

/** Plain `txn`: the first line is SUCCESS or FAILURE. */
export function parseTxnPlain(result: Told): 'succeeded' | 'compare-failed' {
  const first = textOf(result.stdout).split('\n', 1)[0] ?? '';
  if (result.exit === 0 && first === 'SUCCESS') return 'succeeded';
  if (result.exit === 0 && first === 'FAILURE') return 'compare-failed';
  throw unexpectedOutput('etcdctl txn', first === '' ? complaint(result) : first);
}

const REASONS: readonly (readonly [RegExp, TxnRefusal])[] = [
  [/too many operations/, 'too-many-operations'],
  [/request is too large|message larger than max/, 'too-large'],
  [/requested lease not found/, 'no-such-lease'],
  [/malformed|unknown (?:target|command)|bad lease ID/, 'syntax'],
];
