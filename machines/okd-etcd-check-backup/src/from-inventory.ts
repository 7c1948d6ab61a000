import { PawlError } from '@pawl/engine';
import type { Inventory } from '@pawl/hosts';
import { clusterFrom, type Backup } from '@pawl/steps-etcd';
import { checkChoices, type CheckBackupChoices } from './choices';

export interface Flags {
  readonly backups?: readonly { readonly host: string; readonly path: string }[];
  readonly manifestDigest?: string | null;
  /** `[HOST:]DIR`: one backup, where no run is known. */
  readonly from?: string;
}

/**
 * The choices of a run: the backups that are named, on hosts of the inventory.
 * @throws PawlError `E_USAGE` for a flag's value, `E_INVENTORY` for groups without hosts
 */
export function choicesFrom(inventory: Inventory, flags: Flags): CheckBackupChoices {
  const { clusterName, inventoryFile, etcd } = clusterFrom(inventory);
  const backups = named(flags, etcd[0]?.name ?? '');
  const strangers = backups.filter(({ host }) => !etcd.some(({ name }) => name === host));
  if (backups.length === 0 || strangers.length > 0)
    throw new PawlError(
      'E_USAGE',
      backups.length === 0
        ? 'there is no backup to be proven'
        : `${strangers.map(({ host }) => host).join(', ')}: no etcd host of the inventory`,
      { hint: `The etcd hosts are: ${etcd.map(({ name }) => name).join(', ')}.` },
    );
  return checkChoices({
    ...{ clusterName, inventoryFile },
    etcd: etcd.filter(({ name }) => backups.some(({ host }) => host === name)),
    masters: [],
    backups: backups.map(({ host, path }) => ({ host, path })),
    manifestDigest: flags.manifestDigest ?? null,
  });
}

function named({ backups = [], from }: Flags, first: string): readonly Pick<Backup, 'host' | 'path'>[] {
  if (from === undefined) return backups;
  const [, host = first, path] = /^(?:([^/:]+):)?(\/.*)$/.exec(from) ?? [];
  if (path !== undefined) return [{ host, path }];
  throw new PawlError('E_USAGE', `${from}: an absolute path is wanted`, {
    hint: '[HOST:]DIR: the directory of a backup on an etcd host of the inventory.',
  });
}
