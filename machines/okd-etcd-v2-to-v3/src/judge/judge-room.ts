import { type Finding, refuse } from '@pawl/steps-etcd';
import type { EtcdHostFacts } from '../facts';

const MIB = 1024 * 1024;

/**
 * Disk and memory. Measured on 3.1.9 and 3.4.23: the v3 database is 1.3 to 1.6 times the data; migrate needs 4 times the
 * data in memory, a member that sends a snapshot to a joiner 6 to 11 times.
 */
export function judgeRoom(
  host: string,
  seen: EtcdHostFacts,
  dataBytes: number,
  sends: boolean,
): readonly Finding[] {
  const found: Finding[] = [];
  // A backup, two work copies (the last failed one is kept), two databases, and a snapshot.
  const disk = seen.memberBytes * 3 + dataBytes * 5 + 64 * MIB;
  if (seen.freeBytes < disk)
    found.push(
      refuse(
        'E_DISK',
        host,
        `${mib(seen.freeBytes)} free at ${seen.settings.dataDir}, ${mib(disk)} needed for backup, work copies and growth`,
        'Free space there, or enlarge the volume.',
      ),
    );
  const memory = dataBytes * (sends ? 11 : 7) + 64 * MIB;
  if (seen.memoryBytes < memory)
    found.push(
      refuse(
        'E_MEMORY',
        host,
        `${mib(seen.memoryBytes)} of memory available, about ${mib(memory)} needed`,
        'Give the host more memory for the window, or thin the data out (events first).',
      ),
    );
  // etcd's own default is 2 GiB.
  const quota = seen.settings.quotaBackendBytes ?? 2048 * MIB;
  if (dataBytes * 1.6 > quota)
    found.push(
      refuse(
        'E_QUOTA',
        host,
        `the v3 database would be about ${mib(dataBytes * 1.6)}, its quota is ${mib(quota)}`,
        'Raise ETCD_QUOTA_BACKEND_BYTES on every member first.',
      ),
    );
  return found;
}

const mib = (bytes: number): string => `${Math.ceil(bytes / MIB)} MiB`;
