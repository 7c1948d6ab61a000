import { keyName, showKey } from '../manifest/key-name';
import type { Manifest } from '../manifest/manifest';
import type { KeyValue } from '../parse/range';
import { leaseEnd, mayBeGone, type LeaseMode } from './lease-mode';

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
    if (entry === undefined) continue;
    due.delete(name);
    const key = { key: kv.key, modRevision: kv.modRevision, position };
    const at = leaseEnd(entry, now, mode);
    if (kv.lease !== undefined) leased++;
    else if (kv.modRevision !== entry.modifiedIndex) changed.push(showKey(name, secretPrefixes));
    else if (at === undefined) expired.push(key);
    else timed.push({ at, key });
  }
  const left = [...due.values()];
  // An earlier attempt may have given short leases that have run out since.
  const since = Date.parse(manifest.header.takenAt);
  const missing = left.filter((entry) => !mayBeGone(entry, now, mode, since));
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
