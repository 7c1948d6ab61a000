import { nextRunId } from '@pawl/engine';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { okdMigration } from '../operation';
import type { OkdMigrationOptions } from './okd-migration-api';

/** What a new run is called: a name is taken by a run on record and by a folder with evidence. */
export function freeName({ store, runsDir, now = () => new Date() }: OkdMigrationOptions): string {
  return nextRunId(
    okdMigration.runPrefix,
    now(),
    (run) => store.load(run) !== undefined || existsSync(join(runsDir, run)),
  );
}
