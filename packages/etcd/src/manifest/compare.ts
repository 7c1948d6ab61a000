import { mayBeGone, type LeaseMode } from '../leases/lease-mode';
import type { V3Entry } from '../v3/walk';
import type { Manifest, ManifestEntry } from './manifest';
import { showKey } from './key-name';

export interface Difference {
  /** As `showKey` shows it. */
  readonly key: string;
  readonly why:
    | 'missing'
    | 'not in the manifest'
    | 'another value'
    | 'another created index'
    | 'another modified index'
    | 'another expiration'
    | 'no lease';
}

export interface Comparison {
  readonly equal: boolean;
  readonly compared: number;
  /** How many there are in all. */
  readonly differences: number;
  /** The first hundred. */
  readonly shown: readonly Difference[];
  /** Keys that are gone, rightly: their time had passed. All of them, as shown. */
  readonly expired: readonly string[];
}

/**
 * Two readings of the v2 store. Keys without a TTL must be identical; one with a TTL may only be gone, and only if its time
 * had passed when the second was taken.
 */
export function compareManifests(before: Manifest, again: Manifest): Comparison {
  const found = collector(before.header.secretPrefixes);
  const left = new Map(before.entries.map((entry) => [entry.key, entry]));
  for (const entry of again.entries) {
    const was = left.get(entry.key);
    left.delete(entry.key);
    if (was === undefined) found.add(entry.key, 'not in the manifest');
    else {
      found.same(
        entry.key,
        v2Difference(was, entry) ?? (was.expires === entry.expires ? undefined : 'another expiration'),
      );
    }
  }
  // The Date header has whole seconds.
  const now = Date.parse(again.header.takenAt) + 1000;
  found.gone(left, ({ expires }) => expires !== null && expires <= now);
  return found.result();
}

export interface V3CompareOptions {
  /** Epoch milliseconds, by the clock of the etcd hosts. */
  readonly now: number;
  /**
   * After leases were attached in this mode: a key that had a TTL was written again, and must have a lease, or be gone rightly.
   * Left out: none was attached yet.
   */
  readonly leases?: LeaseMode;
}

/**
 * Both ways: every v2 key is in v3 with its value and both indices, and v3 holds no key that the manifest does not. Excused by
 * name only: keys with a TTL whose time has passed. Memory: one entry a key, whatever the values.
 */
export async function compareWithV3(
  manifest: Manifest,
  v3: AsyncIterable<V3Entry> | Iterable<V3Entry>,
  options: V3CompareOptions,
): Promise<Comparison> {
  const found = collector(manifest.header.secretPrefixes);
  const left = new Map(manifest.entries.map((entry) => [entry.key, entry]));
  for await (const entry of v3) {
    const was = left.get(entry.key);
    left.delete(entry.key);
    if (was === undefined) found.add(entry.key, 'not in the manifest');
    else found.same(entry.key, v3Difference(was, entry, options.leases !== undefined));
  }
  const { now, leases = REMAINING } = options;
  const since = Date.parse(manifest.header.takenAt);
  found.gone(left, (entry) => mayBeGone(entry, now, leases, since));
  return found.result();
}

const REMAINING: LeaseMode = { kind: 'remaining' };

function v2Difference(was: ManifestEntry, is: ManifestEntry): Difference['why'] | undefined {
  if (was.valueSha256 !== is.valueSha256 || was.bytes !== is.bytes) return 'another value';
  if (was.createdIndex !== is.createdIndex) return 'another created index';
  return was.modifiedIndex === is.modifiedIndex ? undefined : 'another modified index';
}

function v3Difference(
  was: ManifestEntry,
  is: V3Entry,
  leasesAttached: boolean,
): Difference['why'] | undefined {
  const leased = leasesAttached && was.expires !== null;
  if (leased && is.lease === undefined) return 'no lease';
  return v2Difference(was, {
    ...was,
    valueSha256: is.valueSha256,
    bytes: is.bytes,
    createdIndex: is.createRevision,
    modifiedIndex: leased ? was.modifiedIndex : is.modRevision,
  });
}

interface Collector {
  add(key: string, why: Difference['why']): void;
  same(key: string, why: Difference['why'] | undefined): void;
  gone(left: ReadonlyMap<string, ManifestEntry>, rightly: (entry: ManifestEntry) => boolean): void;
  result(): Comparison;
}

function collector(secretPrefixes: readonly string[]): Collector {
  const shown: Difference[] = [];
  const expired: string[] = [];
  let differences = 0;
  let compared = 0;
  const add = (key: string, why: Difference['why']): void => {
    differences++;
    if (shown.length < 100) shown.push({ key: showKey(key, secretPrefixes), why });
  };
  return {
    add,
    same(key, why) {
      compared++;
      if (why !== undefined) add(key, why);
    },
    gone(left, rightly) {
      for (const entry of left.values()) {
        if (rightly(entry)) expired.push(showKey(entry.key, secretPrefixes));
        else add(entry.key, 'missing');
      }
    },
    result: () => ({ equal: differences === 0, compared, differences, shown, expired }),
  };
}
