import { createHash } from 'node:crypto';
import { goLiteral } from '../v3/go-literal';

/** OKD 3.6: below these a key's name is itself the bearer token. */
export const OAUTH_PREFIXES: readonly string[] = [
  '/openshift.io/oauth/accesstokens/',
  '/openshift.io/oauth/authorizetokens/',
];

/**
 * The name under which a key stands in manifests and comparisons: itself, or, below a secret prefix, `<prefix>#<sha256 of the
 * rest>`, one way and the same everywhere. A v3 key that is not UTF-8 (v2 has none) is written as a Go literal.
 */
export function keyName(key: Buffer | string, secretPrefixes: readonly string[]): string {
  const name = typeof key === 'string' ? key : readable(key);
  const prefix = secretPrefixes.find((secret) => name.startsWith(secret) && name.length > secret.length);
  if (prefix === undefined) return name;
  return `${prefix}#${createHash('sha256').update(name.slice(prefix.length), 'utf8').digest('hex')}`;
}

/**
 * A key for people, logs and the journal: `…/accesstokens/#<12 hex of sha256>`. Takes a key or a name made by `keyName`, and
 * gives the same for both.
 */
export function showKey(key: string, secretPrefixes: readonly string[]): string {
  const prefix = secretPrefixes.find((secret) => key.startsWith(secret) && key.length > secret.length);
  if (prefix === undefined) return key;
  const rest = key.slice(prefix.length);
  const name = /^#[0-9a-f]{64}$/.test(rest) ? key : keyName(key, secretPrefixes);
  return `…/${prefix.split('/').filter(Boolean).at(-1) ?? ''}/${name.slice(prefix.length, prefix.length + 13)}`;
}

function readable(key: Buffer): string {
  const name = key.toString('utf8');
  return Buffer.from(name, 'utf8').equals(key) ? name : goLiteral(key);
}
