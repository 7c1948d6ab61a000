import { keyName, showKey } from '../manifest/key-name';
import type { Manifest } from '../manifest/manifest';
import type { KeyValue } from '../parse/range';

export type LeaseMode =
  /** Every key keeps what it has left. */
  | { readonly kind: 'remaining' }
  /** Keys under these prefixes get so many seconds from now on; all others keep what they have left. The longest prefix wins. */
  | { readonly kind: 'durations'; readonly secondsByPrefix: Readonly<Record<string, number>> };

/** A key to be written again. The key's own name, not a digest of it: never to be shown, logged or kept. */
export interface LeaseKey {
  readonly key: Buffer;
  readonly modRevision: number;
  /** Its place among all keys of the store: neighbours are read together. */
  readonly position: number;
}

export interface LeaseBucket {
  /** Epoch seconds at which its lease is to run out: never before a key's time, and never later than that by more than `bucketWidth`. */
  readonly until: number;
  readonly keys: readonly LeaseKey[];
}

export interface LeasePlan {
  readonly buckets: readonly LeaseBucket[];
  /** Their time has passed: to be deleted. */
  readonly expired: readonly LeaseKey[];
  readonly counts: {
    readonly withTtl: number;
    readonly toLease: number;
    readonly toDelete: number;
    /** They have a lease: never leased again. */
    readonly leased: number;
    /** Gone, and their time had passed. */
    readonly gone: number;
  };
  /** As shown: keys that should be there and are not, or were written by somebody since the migration. They are not touched. */
  readonly missing: readonly string[];
  readonly changed: readonly string[];
}

/**
 * Which key gets a lease that runs out when: for every key that had a TTL in v2, wherever it lies, its directories' included.
 * `v3`: all keys of the migration host in their order, without values. `now`: epoch milliseconds by the clock of the etcd hosts.
 *
 * Resumable: a key with a lease is left alone, so a plan made after a crash holds the rest.
 */
export async function planLeases(
  manifest: Manifest,
  v3: AsyncIterable<KeyValue> | Iterable<KeyValue>,
  now: number,
  mode: LeaseMode,
): Promise<LeasePlan> {
  const { secretPrefixes } = manifest.header;
  const due = new Map(
    manifest.entries.filter((entry) => entry.expires !== null).map((entry) => [entry.key, entry]),
  );
  const withTtl = due.size;
  const timed: { readonly at: number; readonly key: LeaseKey }[] = [];
  const expired: LeaseKey[] = [];
  const changed: string[] = [];
  let leased = 0;
  let position = -1;
  for await (const kv of v3) {
    position++;
    const name = keyName(kv.key, secretPrefixes);
    const entry = due.get(name);
    if (entry?.expires === undefined || entry.expires === null) continue;
    due.delete(name);
    const key = { key: kv.key, modRevision: kv.modRevision, position };
    const at = deadline(name, entry.expires, now, mode);
    if (kv.lease !== undefined) leased++;
    else if (kv.modRevision !== entry.modifiedIndex) changed.push(showKey(name, secretPrefixes));
    else if (at <= now) expired.push(key);
    else timed.push({ at, key });
  }
  const left = [...due.values()];
  const missing = left.filter(
    (entry) => deadline(entry.key, entry.expires ?? 0, now, mode) > now && (entry.expires ?? 0) > now,
  );
  return {
    buckets: bucketed(timed, now),
    expired,
    counts: {
      withTtl,
      toLease: timed.length,
      toDelete: expired.length,
      leased,
      gone: left.length - missing.length,
    },
    missing: missing.map((entry) => showKey(entry.key, secretPrefixes)),
    changed,
  };
}

/** Epoch milliseconds. A key whose own time has passed in v2 gets none from a duration either: it was gone there. */
function deadline(name: string, expires: number, now: number, mode: LeaseMode): number {
  if (mode.kind === 'remaining' || expires <= now) return expires;
  const prefix = Object.keys(mode.secondsByPrefix)
    .filter((candidate) => name.startsWith(candidate.endsWith('/') ? candidate : `${candidate}/`))
    .sort((a, b) => b.length - a.length)[0];
  return prefix === undefined ? expires : now + (mode.secondsByPrefix[prefix] ?? 0) * 1000;
}

/** As few leases as can be: each takes all keys within its width of the first one, and runs out with the last. */
function bucketed(
  timed: readonly { readonly at: number; readonly key: LeaseKey }[],
  now: number,
): readonly LeaseBucket[] {
  const buckets: { until: number; latest: number; keys: LeaseKey[] }[] = [];
  for (const { at, key } of [...timed].sort((a, b) => a.at - b.at)) {
    const last = buckets.at(-1);
    if (last !== undefined && at <= last.latest) {
      last.keys.push(key);
      last.until = Math.ceil(at / 1000);
    } else {
      buckets.push({
        until: Math.ceil(at / 1000),
        latest: at + bucketWidth(at - now) - ROUNDING,
        keys: [key],
      });
    }
  }
  return buckets.map(({ until, keys }) => ({ until, keys }));
}

/** Whole seconds here, and whole seconds when the lease is granted. */
const ROUNDING = 3000;

/** Milliseconds by which a key may live longer than it would have: a minute, or 2 % of what is left, whichever is more. */
export function bucketWidth(leftMs: number): number {
  return Math.max(60_000, Math.floor(leftMs * 0.02));
}
