import { nextRunId } from '@pawl/engine';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runsOnHosts } from '@pawl/steps-etcd';
import type { CheckReport } from '../check';
import { okdMigration } from '../operation';
import type { OkdMigrationOptions } from './okd-migration-api';

/** What a new run is called: a name is taken by a run on record, by a folder with evidence, and by what was found on the hosts. */
export function freeName(
  { store, runsDir, now = () => new Date() }: OkdMigrationOptions,
  { facts }: CheckReport,
): string {
  const there = runsOnHosts(facts);
  return nextRunId(
    okdMigration.runPrefix,
    now(),
    (run) => there.includes(run) || store.load(run) !== undefined || existsSync(join(runsDir, run)),
  );
}
