import type { Facts } from '@pawl/engine';
import { factInWords } from '../facts';
import { ok, refuse, warn, type Finding } from '../finding';
import { backupSeen, type Backup } from './backups';
import { comparedFacts, type Compared, type ComparedManifest } from './compare-scratch';

/** What a rehearsal has shown of a backup. Pure, from the facts of its steps. */
export function judgeRehearsal(facts: Facts, { host, path }: Backup): readonly Finding[] {
  const copied = facts.find('rehearse/scratch-copy', host);
  if (copied?.['copied'] === false)
    return [
      refuse(
        'E_BACKUP_DAMAGED',
        host,
        `${path} can't be restored: ${factInWords(copied, 'said')}`,
        'Take the backup of another member, or another backup.',
      ),
    ];
  const started = facts.find('rehearse/scratch-start', host);
  if (started?.['up'] === false)
    return [
      refuse(
        'E_BACKUP_DEAD',
        host,
        `etcd does not start on a copy of ${path}. Its last words: ${factInWords(started, 'said')}`,
        'A database that is missing or does not match wants another one (--db-from); a damaged WAL or snapshot another backup.',
      ),
    ];
  const unread = facts.find('rehearse/compare', host);
  if (unread?.['read'] === false)
    return [
      refuse(
        'E_BACKUP_UNREAD',
        host,
        `the etcd on a copy of ${path} ended before it was read: ${factInWords(unread, 'said')}`,
        'Was the host booted, or short of memory? Begin again.',
      ),
    ];
  const compared = comparedFacts({ facts }, host);
  return compared === undefined ? [] : judgeContent(facts, { host, path }, compared);
}

function judgeContent(facts: Facts, { host, path }: Backup, compared: Compared): readonly Finding[] {
  const { keys, v3, manifest } = compared;
  const against = [
    ...(keys === 0
      ? [
          refuse(
            'E_BACKUP_EMPTY',
            host,
            `v2 holds no key in ${path}`,
            'It is no backup of this cluster’s data.',
          ),
        ]
      : []),
    ...(v3.revision > 1
      ? [
          refuse(
            'E_BACKUP_V3',
            host,
            `the database of ${path} held v3 data (revision ${v3.revision}, ${v3.keys} keys)`,
            'Name a database that never did (--db-from).',
          ),
        ]
      : []),
    ...(manifest === null ? [] : judgeManifest(host, path, manifest)),
  ];
  if (against.length > 0) return against;
  const { takenAt } = backupSeen({ facts }, host).backup;
  return [
    manifest === null
      ? warn(
          'E_NO_MANIFEST',
          host,
          `${path} restores: ${keys} keys; last written to ${takenAt}. Whether they are all can't be told: no run of Pawl left a manifest beside it`,
          'Look whether the number is what you expect.',
        )
      : ok(
          'E_BACKUP_RESTORES',
          host,
          `${path} restores: ${keys} keys, as the manifest has them${manifest.expired === 0 ? '' : `; ${manifest.expired} have run out since`}; last written to ${takenAt}`,
        ),
  ];
}

function judgeManifest(host: string, path: string, manifest: ComparedManifest): readonly Finding[] {
  if (manifest.why !== null)
    return [
      refuse(
        'E_MANIFEST_DIFFERS',
        host,
        `what ${path} holds can't be compared: ${manifest.why}`,
        'Somebody changed it, or it is another run’s. Take the backup of another member.',
      ),
    ];
  if (manifest.differences === 0) return [];
  const shown = manifest.shown.slice(0, 5).map(({ key, why }) => `${key} (${why})`);
  return [
    refuse(
      'E_BACKUP_DIFFERS',
      host,
      `${path} restores, and is not what v2 held: ${manifest.differences} differences in ${manifest.compared} keys, first ${shown.join(', ')}`,
      'Take the backup of another member.',
    ),
  ];
}
