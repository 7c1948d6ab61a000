import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const folders: string[] = [];

/** In memory: a host's /run has to be, and a killed process loses nothing there. Removed at the end. */
export function newFolder(): string {
  const dir = mkdtempSync('/dev/shm/pawl-kill-');
  folders.push(dir);
  return dir;
}

/** Everything as it is on disk, owners and times included. */
export async function copyOf(from: string, to: string): Promise<string> {
  await mkdir(dirname(to), { recursive: true });
  await promisify(execFile)('cp', ['-a', from, to]);
  return to;
}

export async function removeFolder(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
}

export async function removeFolders(): Promise<void> {
  for (const dir of folders.splice(0)) await removeFolder(dir);
}
