import type { Facts } from '@pawl/engine';
import type { RunLayout } from '@pawl/etcd';
import { etcdHosts, firstEtcdHost, layoutOf, removedBefore, type Backup } from '@pawl/steps-etcd';
import type { OkdChoices } from './choices';
import { findManifest } from './facts';

/**
 * Where the backups of a run lie, the migration host's first, and what its manifest's sha256 is. Where a cleanup has removed a
 * backup, the original stands for it: one of the two always stays.
 */
export function backupsOf(
  choices: OkdChoices,
  facts: Facts,
  run: string,
): { readonly backups: readonly Backup[]; readonly manifestDigest: string | null } {
  const made = etcdHosts({ choices }).filter((host) => facts.find('back-up/members', host) !== undefined);
  return {
    backups: made.flatMap((host) => {
      const path = stillThere(facts, layoutOf({ run, facts }, host), host);
      return path === undefined ? [] : [{ host, path }];
    }),
    manifestDigest: findManifest({ facts }, firstEtcdHost({ choices }))?.digest ?? null,
  };
}

/** Without its WAL, which lies elsewhere where etcd has a directory for it, an original is no backup. */
function stillThere(facts: Facts, { backup, folder, wal }: RunLayout, host: string): string | undefined {
  const removed = removedBefore(facts.find('remove/remove', host));
  if (!removed.includes('backup')) return backup;
  return removed.includes('original') || wal !== null ? undefined : `${folder}/original`;
}
