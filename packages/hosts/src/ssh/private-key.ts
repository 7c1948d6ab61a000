import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { utils } from 'ssh2';
import type { ParsedKey } from 'ssh2';
import { errnoOf } from '../errno';
import { HostError } from '../host-error';
import type { HostEntry } from '../hosts-api';

/**
 * A private key, in OpenSSH's or PEM format; `~/` is the home directory of whoever runs Pawl.
 * @throws HostError `E_KEY_FILE`, `facts.reason` `unreadable`, `passphrase` or `not-a-key`
 */
export async function readPrivateKey(entry: HostEntry, file: string): Promise<ParsedKey> {
  const path = file.startsWith('~/') ? join(homedir(), file.slice(2)) : file;
  const key = utils.parseKey(await bytesOf(entry, path));
  if (!(key instanceof Error)) {
    if (key.isPrivateKey()) return key;
    throw keyFileError(entry, path, 'not-a-key', 'holds a public key, not a private one');
  }
  if (/passphrase/i.test(key.message)) {
    throw keyFileError(entry, path, 'passphrase', 'needs a passphrase, which is not supported yet', key);
  }
  throw keyFileError(entry, path, 'not-a-key', `is no private key that can be read: ${key.message}`, key);
}

/** OpenSSH's usual ones, for a host whose inventory names none. */
export function defaultIdentityFiles(): readonly string[] {
  return ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(homedir(), '.ssh', name));
}

async function bytesOf(entry: HostEntry, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const errno = errnoOf(error) ?? 'unknown error';
    throw keyFileError(entry, path, 'unreadable', `can't be read (${errno})`, error);
  }
}

const hints = {
  unreadable:
    'Mend the path or its permissions: it is the inventory’s ansible_ssh_private_key_file, or a default of OpenSSH.',
  passphrase: 'Load it into an agent (`ssh-add FILE`), which Pawl asks where SSH_AUTH_SOCK is set.',
  'not-a-key': 'Name a private key as `ssh-keygen` makes it: ed25519, ecdsa or rsa.',
} as const;

function keyFileError(
  entry: HostEntry,
  path: string,
  reason: keyof typeof hints,
  what: string,
  cause?: unknown,
): HostError {
  return new HostError('E_KEY_FILE', `the key file ${path} for ${entry.name} ${what}`, {
    host: entry.name,
    where: path,
    hint: hints[reason],
    facts: { began: false, path, reason },
    cause,
  });
}
