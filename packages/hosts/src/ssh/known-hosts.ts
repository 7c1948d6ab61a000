import { createHmac } from 'node:crypto';

/** One usable line of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export interface KnownHostKey {
  readonly file: string;
  readonly line: number;
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  /** The first field: patterns with commas between them, or one hashed name. */
  readonly hosts: string;
  readonly keyType: string;
  /** As it goes over the wire. */
  readonly key: Buffer;
}

/** The lines that can be understood; like OpenSSH it passes over the others, which then vouch for nobody. */
export function parseKnownHosts(text: string, file: string): readonly KnownHostKey[] {
  return text.split('\n').flatMap((source, index) => {
    const fields = source.trim().split(/[ \t]+/);
    const marker = markers[fields[0] ?? ''];
    const [hosts, keyType, key] = marker === undefined ? fields : fields.slice(1);
    if (hosts === undefined || hosts.startsWith('#') || hosts.startsWith('@')) return [];
    if (keyType === undefined || key === undefined) return [];
    const blob = Buffer.from(key, 'base64');
    if (keyTypeOf(blob) !== keyType) return [];
    return [{ file, line: index + 1, marker: marker ?? 'none', hosts, keyType, key: blob }];
  });
}

/** The type that the key itself names: its first string. */
export function keyTypeOf(key: Buffer): string | undefined {
  if (key.length < 4 || key.length < 4 + key.readUInt32BE(0)) return undefined;
  return key.toString('latin1', 4, 4 + key.readUInt32BE(0));
}

/** How known_hosts writes a host: `[address]:port` where the port is not 22. */
export function knownHostName(address: string, port: number): string {
  const name = address.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Whether a line's first field names the host: hashed, or by a pattern and no negated one. */
export function namesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return isHashOf(hosts, name);
  const patterns = hosts.toLowerCase().split(',');
  const matches = (pattern: string): boolean => matchesPattern(name, pattern);
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern));
}

const markers: Readonly<Record<string, 'revoked' | 'cert-authority' | undefined>> = {
  '@revoked': 'revoked',
  '@cert-authority': 'cert-authority',
};

/** `|1|salt|hash`: HMAC-SHA1 of the name, keyed by the salt. */
function isHashOf(hosts: string, name: string): boolean {
  const [, version, salt, hash] = hosts.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  const expected = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.equals(Buffer.from(hash, 'base64'));
}

/** `*` and `?`; every other character, a bracket too, stands for itself. */
function matchesPattern(name: string, pattern: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name);
}
