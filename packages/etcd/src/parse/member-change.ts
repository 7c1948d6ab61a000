import { unexpectedOutput } from '../errors';
import { complaint, textOf, type Told } from './complaint';

export type MemberChange =
  | { readonly verdict: 'done'; readonly id: string; readonly clusterId: string }
  | { readonly verdict: 'refused'; readonly reason: RefusalReason; readonly said: string }
  /** It gave up waiting. What it asked for may still happen: wait more than 10 s, list, then act. */
  | { readonly verdict: 'unknown'; readonly said: string };

/**
 * `unhealthy-cluster`: some member has not been connected for 5 s; ask again. `not-enough-started`: another member was added
 * and never started. `exists`: a member has this peer URL. `no-such-member`.
 */
export type RefusalReason =
  'unhealthy-cluster' | 'not-enough-started' | 'exists' | 'no-such-member' | 'other';

/** API 3's `member add` and `member update`, plain: API 2 hides why it was refused. */
export function parseMemberChange(result: Told): MemberChange {
  if (result.exit !== 0) return refusal(complaint(result));
  const stdout = textOf(result.stdout);
  // An id with leading zeros is padded with blanks.
  const found = /^Member\s+([0-9a-f]+) (?:added to|updated in) cluster\s+([0-9a-f]+)$/m.exec(stdout);
  if (found?.[1] === undefined || found[2] === undefined) {
    throw unexpectedOutput('etcdctl member add/update', stdout.split('\n')[0] ?? '');
  }
  return { verdict: 'done', id: found[1], clusterId: found[2] };
}

function refusal(said: string): MemberChange {
  if (/deadline exceeded|timed out|^$/.test(said)) return { verdict: 'unknown', said };
  return {
    verdict: 'refused',
    reason: REASONS.find(([pattern]) => pattern.test(said))?.[1] ?? 'other',
    said,
  };
}

const REASONS: readonly (readonly [RegExp, RefusalReason])[] = [
  [/unhealthy cluster/, 'unhealthy-cluster'],
  [/not enough started members/, 'not-enough-started'],
  [/Peer URLs already exists|peerURL exists/, 'exists'],
  [/member not found/, 'no-such-member'],
];
