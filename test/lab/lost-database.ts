import { databaseOf, runPawl, type Lab, type PawlResult } from '@pawl/lab';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { saidBy } from './untouched';

/** The controller's whole folder is gone: database, logs, manifest. */
export function loseDatabase(lab: Lab): void {
  rmSync(path.dirname(databaseOf(lab)), { recursive: true });
}

/** Rebuilds the one run that holds the hosts. What still runs there is waited for: until then it is refused. */
export async function rebuildFromHosts(lab: Lab, ...more: readonly string[]): Promise<PawlResult> {
  for (let tries = 0; ; tries += 1) {
    const result = await runPawl(lab, [
      ...['resume', '--from-hosts', '-i', lab.inventoryPath, '--no-input', '--json'],
      ...more,
    ]);
    if (!saidBy(result).includes('E_JOBS_RUNNING') || tries === 100) return result;
    await sleep(300);
  }
}

export const GO_ON = ['--decide', 'go-on', '--reason', 'nobody else has it'];
