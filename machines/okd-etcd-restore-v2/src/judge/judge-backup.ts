import { refuse, warn, type BackupSeen, type Finding } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import type { EtcdHostFacts } from '../facts';

const MIB = 1024 * 1024;

interface Named {
  readonly name: string;
  readonly seen: EtcdHostFacts;
}

/** Whether the backup can be used, and whether there is room for it. */
export function judgeBackup(
  { from }: RestoreChoices,
  { backup, db, manifestDigest }: BackupSeen,
  hosts: readonly Named[],
): readonly Finding[] {
  const found: Finding[] = hosts.flatMap(({ name, seen }, place) =>
    judgeRoom(name, seen, backup.bytes, place === 0),
  );
  const walDir = hosts[0]?.seen.settings.walDir ?? null;
  if (walDir !== null && `${backup.path}/`.startsWith(`${walDir}/`))
    found.push(
      refuse(
        'E_BACKUP_LIVE',
        from.host,
        `${backup.path} lies in etcd's own WAL directory, which is moved aside`,
        'Copy it elsewhere on this host, whole, and name that.',
      ),
    );
  if (db.use === 'missing')
    found.push(
      refuse(
        'E_BACKUP_DB',
        from.host,
        `${backup.path} can't be started as it is: ${db.why}`,
        'Name one with --db-from PATH: a member/snap/db on this host, or a directory with one.',
      ),
    );
  if (db.use === 'other')
    found.push(
      warn(
        'E_BACKUP_DB',
        from.host,
        `the backup's own database can't be used; ${db.path} takes its place`,
        'Nothing is to be done: v2 is not in it. Whether the two fit is tried before anything is stopped.',
      ),
    );
  if (manifestDigest === null)
    found.push(
      warn(
        'E_NO_MANIFEST',
        from.host,
        `no run of Pawl left a manifest beside ${backup.path}: what is restored is held to what the backup itself holds`,
        'Look at the number of keys before you go on.',
      ),
    );
  return found;
}

/** A copy to be started and thrown away, then one to be used; on the others the data that they are sent. */
function judgeRoom(host: string, seen: EtcdHostFacts, bytes: number, restores: boolean): readonly Finding[] {
  const needed = bytes * 1.1 + (restores ? 256 : 192) * MIB;
  if (seen.freeBytes >= needed) return [];
  return [
    refuse(
      'E_DISK',
      host,
      `${mib(seen.freeBytes)} free at ${seen.settings.dataDir}, ${mib(needed)} needed: what stands there is moved aside, not deleted`,
      'Free space there, or enlarge the volume.',
    ),
  ];
}

const mib = (bytes: number): string => `${Math.ceil(bytes / MIB)} MiB`;
