import { PawlError } from '@pawl/engine';
import { clusterOf, type Inventory } from '@pawl/hosts';
import type { BackupPlace } from './machines';

/**
 * `[HOST:]DIR` as it is given to `--backups`: the first host of `[etcd]` where it is left out, and an absolute path on it. Whether
 * that host will do is for the machine to say.
 * @throws PawlError `E_USAGE`
 */
export function backupPlace(text: string, inventory: Inventory): BackupPlace {
  const [, host = clusterOf(inventory).etcd[0]?.name ?? '', path] = /^(?:([^:/]+):)?(\/.*)$/.exec(text) ?? [];
  if (path !== undefined) return { host, path };
  throw new PawlError('E_USAGE', `--backups ${text}: the absolute path of a directory is wanted`, {
    hint: 'For example --backups etcd1:/var/lib/etcd/openshift-backup-pre-migration20261101',
  });
}

/** Whether it is a place, and no run's name. */
export const isPlace = (text: string): boolean => text.includes('/');

export const placeText = ({ host, path }: BackupPlace): string => `${host}:${path}`;
