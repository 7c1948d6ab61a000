import { knownHostName, namesHost } from './known-hosts';
import type { KnownHostKey } from './known-hosts';

export type HostKeyVerdict =
  | { readonly verdict: 'known'; readonly by: KnownHostKey }
  | { readonly verdict: 'revoked'; readonly by: KnownHostKey }
  /** Another key of the same type stands there for this host. */
  | { readonly verdict: 'changed'; readonly instead: readonly KnownHostKey[] }
  /** Nothing stands there, or only keys of other types and authorities that sign certificates, which Pawl can't check. */
  | { readonly verdict: 'unknown'; readonly besides: readonly KnownHostKey[] };

/**
 * What known_hosts says about the key that a host shows. As with OpenSSH, a line without a port vouches for a host on
 * another port if it holds the very key; it never makes it a changed one.
 */
export function judgeHostKey(
  known: readonly KnownHostKey[],
  address: string,
  port: number,
  shown: { readonly keyType: string; readonly key: Buffer },
): HostKeyVerdict {
  const lines = linesFor(known, knownHostName(address, port));
  const portless = port === 22 ? [] : linesFor(known, knownHostName(address, 22));
  const same = [...lines, ...portless].filter(({ key }) => key.equals(shown.key));
  const revoked = same.find(({ marker }) => marker === 'revoked');
  if (revoked !== undefined) return { verdict: 'revoked', by: revoked };
  const by = same.find(({ marker }) => marker === 'none');
  if (by !== undefined) return { verdict: 'known', by };
  const instead = lines.filter(({ marker, keyType }) => marker === 'none' && keyType === shown.keyType);
  if (instead.length > 0) return { verdict: 'changed', instead };
  return { verdict: 'unknown', besides: lines.filter(({ marker }) => marker !== 'revoked') };
}

/**
 * The host key algorithms to ask a host for, those that known_hosts has a key for first: a host shows one key alone, and
 * it must be the one that can be compared. The others follow, so that a stranger is named and not just not agreed with.
 */
export function hostKeyAlgorithms(
  known: readonly KnownHostKey[],
  address: string,
  port: number,
): readonly HostKeyAlgorithm[] {
  const names = new Set([knownHostName(address, port), knownHostName(address, 22)]);
  const lines = [...names].flatMap((name) => linesFor(known, name));
  const types = new Set(lines.filter(({ marker }) => marker === 'none').map(({ keyType }) => keyType));
  const isKnown = (algorithm: HostKeyAlgorithm): boolean => types.has(signsWith(algorithm));
  return [...algorithms.filter(isKnown), ...algorithms.filter((algorithm) => !isKnown(algorithm))];
}

/** What ssh2 1.17 offers by itself, in its order. No DSA. */
const algorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const;
export type HostKeyAlgorithm = (typeof algorithms)[number];

/** RFC 8332: an `ssh-rsa` key signs with three algorithms. */
function signsWith(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm;
}

function linesFor(known: readonly KnownHostKey[], name: string): readonly KnownHostKey[] {
  return known.filter(({ hosts }) => namesHost(hosts, name));
}
