import { createHash } from 'node:crypto';
import { HostError } from '../host-error';
import type { HostEntry } from '../hosts-api';
import type { HostKeyVerdict } from './host-key';
import { knownHostName } from './known-hosts';
import type { KnownHostKey } from './known-hosts';

/** The refusal of a key that nobody vouches for: `undefined` for a known one. Nothing is ever written to known_hosts. */
export function hostKeyError(
  entry: HostEntry,
  shown: { readonly keyType: string; readonly key: Buffer },
  verdict: HostKeyVerdict,
  files: readonly string[],
): HostError | undefined {
  if (verdict.verdict === 'known') return undefined;
  const fingerprint = fingerprintOf(shown.key);
  const line = `${knownHostName(entry.address, entry.port)} ${shown.keyType} ${shown.key.toString('base64')}`;
  const { what, where, hint } = explain(entry, shown.keyType, fingerprint, line, verdict, files);
  return new HostError('E_HOST_KEY', what, {
    host: entry.name,
    where,
    hint,
    facts: { began: false, verdict: verdict.verdict, keyType: shown.keyType, fingerprint, line },
  });
}

/** As `ssh-keygen -l` prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

interface Explanation {
  readonly what: string;
  readonly where: string;
  readonly hint: string;
}

function explain(
  entry: HostEntry,
  keyType: string,
  fingerprint: string,
  line: string,
  verdict: Exclude<HostKeyVerdict, { verdict: 'known' }>,
  files: readonly string[],
): Explanation {
  const host = `${entry.name} (${entry.address}:${entry.port})`;
  const shows = `${host} shows a ${keyType} key with the fingerprint ${fingerprint}`;
  const compare = `On the host's console, \`ssh-keygen -lf /etc/ssh/ssh_host_${fileOf(keyType)}_key.pub\` prints the fingerprint it should have.`;
  switch (verdict.verdict) {
    case 'revoked':
      return {
        what: `${shows}, which ${placeOf(verdict.by)} has revoked`,
        where: placeOf(verdict.by),
        hint: 'Whoever holds a revoked key can pose as the host. Give the host a new key.',
      };
    case 'changed':
      return {
        what: `${shows}, but ${verdict.instead.map(describe).join(' and ')}: this is another machine, or its key was changed`,
        where: verdict.instead.map(placeOf).join(', '),
        hint: `${compare} Only if it is the same, put this in the place of the old line: ${line}`,
      };
    case 'unknown':
      return {
        what: `${shows}, and no line of ${files.join(' or ')} names it${besides(verdict.besides)}`,
        where: host,
        hint: `${compare} If it is the same, add this line to known_hosts: ${line}`,
      };
  }
}

function besides(lines: readonly KnownHostKey[]): string {
  if (lines.length === 0) return '';
  const reasons = lines.map((line) =>
    line.marker === 'cert-authority'
      ? `${placeOf(line)} is a @cert-authority, and host certificates are not supported yet`
      : describe(line),
  );
  return `; ${reasons.join('; ')}`;
}

function describe(line: KnownHostKey): string {
  return `${placeOf(line)} holds the ${line.keyType} key ${fingerprintOf(line.key)}`;
}

function placeOf({ file, line }: KnownHostKey): string {
  return `${file}:${line}`;
}

function fileOf(keyType: string): string {
  if (keyType.startsWith('ecdsa')) return 'ecdsa';
  return keyType === 'ssh-rsa' ? 'rsa' : 'ed25519';
}
