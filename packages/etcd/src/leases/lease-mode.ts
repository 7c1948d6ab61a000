import type { ManifestEntry } from '../manifest/manifest';

/** How long a key that had a TTL in v2 lives in v3. A key that had none gets none, in every mode. */
export type LeaseMode =
  /** Every key keeps what it has left. */
  | { readonly kind: 'remaining' }
  /**
   * Keys under these prefixes, and a key that is one of them, get so many seconds from the moment their lease is granted; all
   * others keep what they have left. The longest prefix wins.
   */
  | { readonly kind: 'durations'; readonly secondsByPrefix: Readonly<Record<string, number>> };

type Timed = Pick<ManifestEntry, 'key' | 'expires'>;

/**
 * Epoch milliseconds at which a lease that is granted now is to run out; undefined where the key's own time has passed in v2: it
 * was gone there, and gets none from a duration either.
 */
export function leaseEnd({ key, expires }: Timed, now: number, mode: LeaseMode): number | undefined {
  if (expires === null || expires <= now) return undefined;
  const seconds = secondsGiven(key, mode);
  return seconds === undefined ? expires : now + seconds * 1000;
}

/**
 * Whether a key may rightly be gone from v3: its time in v2 has passed, or the time that the mode gave it.
 * @param since epoch milliseconds before which no lease was granted
 */
export function mayBeGone({ key, expires }: Timed, now: number, mode: LeaseMode, since: number): boolean {
  if (expires === null) return false;
  const seconds = secondsGiven(key, mode);
  return expires <= now || (seconds !== undefined && since + seconds * 1000 <= now);
}

function secondsGiven(name: string, mode: LeaseMode): number | undefined {
  if (mode.kind === 'remaining') return undefined;
  const [prefix] = Object.keys(mode.secondsByPrefix)
    .filter((candidate) => name === candidate || name.startsWith(folder(candidate)))
    .sort((a, b) => b.length - a.length);
  return prefix === undefined ? undefined : mode.secondsByPrefix[prefix];
}

function folder(prefix: string): string {
  return prefix.endsWith('/') ? prefix : `${prefix}/`;
}
