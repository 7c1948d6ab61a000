import { PawlError } from '@pawl/engine';
import { clusterOf, type Inventory } from '@pawl/hosts';
import type { BackupPlace } from './machines';

/**
 * `[HOST:]DIR` as it is given to `--from` and `--backups`: a host of `[etcd]`, the first that is not dead where it is left out, and an
 * absolute path on it.
 * @throws PawlError `E_USAGE`
 */
export function backupPlace(
  text: string,
  inventory: Inventory,
  flag: string,
  dead: readonly string[] = [],
): BackupPlace {
  const names = clusterOf(inventory).etcd.map(({ name }) => name);
  const [, named, path] = /^(?:([^:/]+):)?(\/.*)$/.exec(text) ?? [];
  if (path === undefined)
    throw new PawlError('E_USAGE', `${flag} ${text}: the absolute path of a directory is wanted`, {
      hint: `For example ${flag} ${names[0] ?? 'etcd1'}:/var/lib/etcd/openshift-backup-pre-migration20261101`,
    });
  const living = names.filter((name) => !dead.includes(name));
  const host = named ?? living[0];
  if (host !== undefined && living.includes(host)) return { host, path: withoutSlash(path) };
  throw new PawlError(
    'E_USAGE',
    host === undefined
      ? `${flag} ${text}: no host of [etcd] is left`
      : `${flag} ${text}: ${host} is ${dead.includes(host) ? 'given up as dead' : 'no host of [etcd]'}`,
    { where: inventory.file, hint: `It has: ${names.join(', ')}.` },
  );
}

/** Whether it is a place, and no run's name. */
export const isPlace = (text: string): boolean => text.includes('/');

export const placeText = ({ host, path }: BackupPlace): string => `${host}:${path}`;

const withoutSlash = (path: string): string => path.replace(/(?<=.)\/+$/, '');
