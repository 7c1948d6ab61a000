import type { JsonObject, ReadStep, Task } from '@pawl/engine';
import { chooseDb, lookAtBackup, type BackupFacts, type DbChoice } from '@pawl/etcd';
import { readStep, type ReadHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { asFacts, etcdSetup, type ReadFacts } from '../facts';
import { sumOf } from '../sum-of';

/** Where a backup lies: the inventory's name of an etcd host, and an absolute path there. */
export interface Backup extends JsonObject {
  readonly host: string;
  readonly path: string;
}

export interface Backups<C extends ClusterChoices> {
  /** At most one a host. */
  readonly of: (choices: C) => readonly Backup[];
  /** A database that is to be used where a backup's own will not do. */
  readonly dbFrom?: (choices: C) => string | null;
}

/** `preflight/backup`, per host. */
export interface BackupSeen {
  readonly backup: BackupFacts;
  readonly db: DbChoice;
  /** sha256 of the manifest that the run left which made it. */
  readonly manifestDigest: string | null;
}

export const backupSeen = (scope: ReadFacts, host: string): BackupSeen =>
  scope.facts.of('preflight/backup', host) as unknown as BackupSeen;

export function backupStep<C extends ClusterChoices>(backups: Backups<C>): ReadStep<C, ReadHands> {
  return readStep<C>({
    name: 'backup',
    title: 'What the backup is, and which v3 database goes with it',
    targets: ({ choices }) => backups.of(choices).map(({ host }) => host),
    verify: 'it has a WAL, and a database that never held v3 data goes with it or is not needed',
    deadlineMs: 300_000,
    describe: ({ choices }, target) => [`# look at ${pathOf(backups, choices, target)}`],
    run: async (task) => asFacts(await look(backups, task)),
  });
}

function pathOf<C extends ClusterChoices>(backups: Backups<C>, choices: C, host: string): string {
  return backups.of(choices).find((each) => each.host === host)?.path ?? '';
}

async function look<C extends ClusterChoices>(
  backups: Backups<C>,
  { choices, facts, hands, target }: Task<C, ReadHands>,
): Promise<BackupSeen> {
  const { dataDir } = etcdSetup({ facts }, target).settings;
  const host = hands.on(target);
  const backup = await lookAtBackup(host, pathOf(backups, choices, target), { dataDir });
  const db = await chooseDb(host, backup, { dataDir, dbFrom: backups.dbFrom?.(choices) ?? null });
  if (backup.manifest === null) return { backup, db, manifestDigest: null };
  return { backup, db, manifestDigest: (await sumOf(host, backup.manifest)) ?? null };
}
