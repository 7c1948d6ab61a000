import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { errnoOf } from '../errno';
import { HostError } from '../host-error';
import type { HostEntry } from '../hosts-api';
import { parseKnownHosts } from './known-hosts';
import type { KnownHostKey } from './known-hosts';

/** OpenSSH's own two. */
export function defaultKnownHosts(): readonly string[] {
  return [join(homedir(), '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts'];
}

/**
 * All lines of the files, read anew for each connection. A file that isn't there holds no line.
 * @throws HostError `E_HOST_KEY` for one that is there and can't be read: it may hold the line that says "changed"
 */
export async function readKnownHosts(
  entry: HostEntry,
  files: readonly string[],
): Promise<readonly KnownHostKey[]> {
  const keys = await Promise.all(files.map(async (file) => parseKnownHosts(await textOf(entry, file), file)));
  return keys.flat();
}

async function textOf(entry: HostEntry, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = errnoOf(error) ?? 'unknown error';
    if (code === 'ENOENT') return '';
    throw new HostError(
      'E_HOST_KEY',
      `${file} can't be read (${code}), so the key of ${entry.name} can't be checked`,
      {
        host: entry.name,
        where: file,
        hint: 'Make the file readable for the user who runs Pawl, or name another one.',
        facts: { began: false },
        cause: error,
      },
    );
  }
}
