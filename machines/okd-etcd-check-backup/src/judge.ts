import type { Facts } from '@pawl/engine';
import {
  allHosts,
  backupSeen,
  etcdSetup,
  fenceFacts,
  judgeFence,
  judgeMachines,
  judgeSetup,
  refuse,
  type Finding,
} from '@pawl/steps-etcd';
import type { CheckBackupChoices } from './choices';

const MIB = 1024 * 1024;

/** Judges what preflight saw: every finding at once, each with its remedy. Pure. */
export function judge(choices: CheckBackupChoices, facts: Facts): readonly Finding[] {
  const scope = { facts };
  return [
    ...allHosts(choices).flatMap(({ name }) => judgeFence(name, fenceFacts(scope, name))),
    ...judgeMachines(choices, facts),
    ...choices.backups.flatMap(({ host }) => [
      ...judgeSetup(host, etcdSetup(scope, host)),
      ...judgeRoom(host, facts),
      ...judgeDb(host, facts),
    ]),
  ];
}

/** Beside a member that serves: a disk that it fills, or memory that it takes, would stop that one. */
function judgeRoom(host: string, facts: Facts): readonly Finding[] {
  const { backup } = backupSeen({ facts }, host);
  const { freeBytes, memoryBytes, settings } = etcdSetup({ facts }, host);
  const [disk, memory] = [backup.bytes * 1.1 + 256 * MIB, backup.bytes * 4 + 64 * MIB];
  return [
    ...(freeBytes >= disk
      ? []
      : [
          refuse(
            'E_DISK',
            host,
            `${mib(freeBytes)} free at ${settings.dataDir}, ${mib(disk)} needed for a copy of the backup`,
            'Free space there, or prove the backup of another member.',
          ),
        ]),
    ...(memoryBytes >= memory
      ? []
      : [
          refuse(
            'E_MEMORY',
            host,
            `${mib(memoryBytes)} of memory available, about ${mib(memory)} needed for a second etcd`,
            'Prove the backup of another member, or on a quieter hour.',
          ),
        ]),
  ];
}

function judgeDb(host: string, facts: Facts): readonly Finding[] {
  const { backup, db } = backupSeen({ facts }, host);
  if (db.use !== 'missing') return [];
  return [
    refuse(
      'E_BACKUP_DB',
      host,
      `${backup.path} can't be started as it is: ${db.why}`,
      'It can be restored with a database of another backup only (`pawl rollback --from … --db-from …`).',
    ),
  ];
}

const mib = (bytes: number): string => `${Math.ceil(bytes / MIB)} MiB`;
