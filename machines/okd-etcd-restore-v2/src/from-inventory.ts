import { PawlError } from '@pawl/engine';
import type { Inventory } from '@pawl/hosts';
import { clusterFrom, type Backup, type RunHost } from '@pawl/steps-etcd';
import { checkChoices, type RestoreChoices } from './choices';

export interface Flags {
  /** `[HOST:]DIR` */
  readonly from?: string;
  readonly dbFrom?: string;
  readonly hostDead?: readonly string[];
  readonly reason?: string;
  /** The name under which the loss was accepted. */
  readonly acceptPointOfNoReturn?: string;
}

/**
 * The choices of a run, from an inventory and the operator's flags.
 * @throws PawlError `E_USAGE` for a flag's value, `E_INVENTORY` for groups without hosts
 */
export function choicesFrom(inventory: Inventory, flags: Flags): RestoreChoices {
  const { etcd, masters, ...cluster } = clusterFrom(inventory);
  const gone = flags.hostDead ?? [];
  checkGone([...etcd, ...masters], gone, flags.reason);
  const lives = ({ name }: RunHost): boolean => !gone.includes(name);
  const living = etcd.filter(lives);
  const from = backupFrom(living, flags.from);
  return checkChoices({
    ...cluster,
    etcd: [...living].sort((a, b) => Number(b.name === from.host) - Number(a.name === from.host)),
    masters: masters.filter(lives),
    from,
    dbFrom: absolute('--db-from', flags.dbFrom),
    gone,
    membersBefore: etcd.length,
    reason: flags.reason ?? null,
    acceptDataLoss: flags.acceptPointOfNoReturn ?? null,
  });
}

function backupFrom(etcd: readonly RunHost[], given: string | undefined): Backup {
  const [first] = etcd;
  if (first === undefined)
    throw new PawlError('E_USAGE', 'no etcd host would be left', {
      hint: 'Name only the hosts with --host-dead that will not come back.',
    });
  if (given === undefined)
    throw new PawlError('E_USAGE', 'which backup is to be restored is not said', {
      hint: '--from [HOST:]DIR: the directory of a backup on an etcd host of the inventory.',
    });
  const [, host = first.name, path = ''] = /^(?:([^/:]+):)?(\/.*)$/.exec(given) ?? [];
  absolute('--from', path === '' ? given : path);
  if (etcd.some(({ name }) => name === host)) return { host, path };
  throw new PawlError('E_USAGE', `--from ${given}: ${host} is no etcd host that is left`, {
    hint: `The etcd hosts are: ${etcd.map(({ name }) => name).join(', ')}.`,
  });
}

function absolute(flag: string, path: string | undefined): string | null {
  if (path === undefined) return null;
  if (path.startsWith('/')) return path;
  throw new PawlError('E_USAGE', `${flag} ${path}: an absolute path is wanted`, {
    hint: 'As the host itself has it, for example /var/lib/etcd/openshift-backup-pre-migration20170825135732.',
  });
}

function checkGone(hosts: readonly RunHost[], gone: readonly string[], reason: string | undefined): void {
  const strangers = gone.filter((name) => !hosts.some((host) => host.name === name));
  if (strangers.length > 0)
    throw new PawlError('E_USAGE', `--host-dead ${strangers.join(', ')}: no host of the inventory`, {
      hint: `Its hosts: ${hosts.map(({ name }) => name).join(', ')}.`,
    });
  if (gone.length === 0 || reason !== undefined) return;
  throw new PawlError('E_USAGE', '--host-dead wants a --reason', {
    hint: 'It goes into the journal: --reason "what makes you sure that it will not come back".',
  });
}
