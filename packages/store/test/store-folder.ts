import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewRun } from '@pawl/engine';

const folders: string[] = [];

/** A private folder on a real disk. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-store-'));
  folders.push(folder);
  return folder;
}

/** Where a database may be made in a new folder. */
export function newPath(): string {
  return join(newFolder(), 'state', 'pawl.db');
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export const AT = '2026-01-01T00:00:00.000Z';

export function aRun(run = 'r1', claim = 'c1'): NewRun {
  const owner = { who: 'w', host: 'h', pid: 1, startTime: '2', bootId: 'b', database: '/d' };
  const machine = { machineId: 'm', machineVersion: '1.0.0', definitionHash: 'h' };
  return {
    ...{ run, ...machine, definition: 'text', choices: {}, at: AT },
    checkpoint: { ...machine, snapshot: { at: 'one' } },
    claim: { claim, earlier: [], owner, at: AT },
  };
}
