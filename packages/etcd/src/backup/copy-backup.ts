import { sh, type Change, type Sh } from '@pawl/hosts';
import { etcdctlOffline } from '../cli/etcdctl';
import { commandScript } from '../cli/command-script';
import { refuse } from '../changes/fragments';
import { EtcdError } from '../errors';
import type { DbChoice } from './choose-db';
import { copyFragments } from './copy-fragments';
import type { BackupFacts } from './look-at-backup';

/** Where the copy goes: a folder of this run's own, `…/pawl-RUN/…`. */
export interface CopyPlace {
  readonly folder: string;
  readonly member: string;
  /** Where the host has a WAL directory of its own; else the WAL lies in `member`. */
  readonly wal: string | null;
}

/** As which etcd runs, and the directory whose SELinux label its files have. */
export interface CopyOwner {
  readonly user: string;
  readonly group: string | null;
  readonly like: string;
}

/**
 * Makes a copy of a backup that an etcd can be started on: snapshots and WAL file by file, with the database that was chosen;
 * owned and labelled as etcd's own files are, whatever the source's owner and modes. The source is only read, and nothing is
 * linked to it.
 *
 * Refused (exit 65) where a cold copy is not what its own list of sums says, where a file changes meanwhile, where the disk has
 * no room (a full one would stop the etcd that runs beside it), and where the database held v3 data. A copy that fails takes its
 * part away, to give the room back (exit 74: it could not be written). Durable when it returns: the whole copy, under a name that
 * only a whole one gets. May happen twice: a whole one is left alone, and one that has left here meanwhile is not made again.
 *
 * @throws EtcdError `E_ETCD_REFUSED` where no database will do, or the place is no folder of a run
 */
export function copyBackup(backup: BackupFacts, db: DbChoice, to: CopyPlace, owner: CopyOwner): Change {
  if (db.use === 'missing') throw new EtcdError('E_ETCD_REFUSED', db.why, { where: backup.path });
  for (const path of [to.folder, to.member, ...(to.wal === null ? [] : [to.wal])]) {
    if (!/\/pawl-[^/]+(?:\/|$)/.test(path))
      throw new EtcdError('E_ETCD_REFUSED', `${path} lies in no folder of a run`);
  }
  return {
    what: `copy ${backup.path} to ${to.member}${withDb(db)}`,
    deadlineMs: 3_600_000,
    script: sh.lines(
      refuse,
      copyFragments,
      begin(backup, db, to),
      backup.sums === null ? sh`` : sameAsItsList(backup, backup.sums),
      sh`cp -R -T --reflink=auto "$snap" "$part/snap" || failed
cp -R -T --reflink=auto "$from" "$wal" || failed
{ listed "$part/snap" snap; listed "$wal" wal; } | sort | cmp -s - "$list" || refuse "$part is not what the backup was: it changed while it was copied"`,
      database(db),
      own(owner),
      inPlace(to),
    ),
  };
}

function withDb(db: DbChoice): string {
  if (db.use === 'other') return `, with the database ${db.path}`;
  return db.use === 'none' ? ', without a database' : '';
}

/** `from`: the backup's WAL; `wal`: its copy, in the part or beside. What a crash cut off is thrown away: only this makes it. */
function begin(backup: BackupFacts, db: DbChoice, to: CopyPlace): Sh {
  return sh`done=${`${to.folder}/copied`}
if there "$done" || there ${to.member}; then
  : >"$done"
  echo ${`${to.member} was copied`}
  exit 0
fi
snap=${`${backup.member}/snap`}
from=${backup.wal ?? `${backup.member}/wal`}
part=${`${to.member}.part`}
wal=${to.wal === null ? `${to.member}.part/wal` : `${to.wal}.part`}
list=${`${to.folder}/source.sha256`}
rm -rf "$part" "$wal"${to.wal === null ? sh`` : sh` ${to.wal}`}
trap 'rm -rf "$part" "$wal"' EXIT
umask 077
mkdir -p -m 0700 ${to.folder}
room ${to.folder} "$snap"${db.use === 'other' ? sh` ${db.path}` : sh``}${
    to.wal === null
      ? sh` "$from"`
      : sh`
room ${to.wal.slice(0, to.wal.lastIndexOf('/'))} "$from"`
  }
[ -z "$(find "$snap" "$from" -type l)" ] || refuse "a link lies in $snap or $from: what it leads to would not be copied"
mkdir "$part"
{ listed "$snap" snap; listed "$from" wal; } | sort >"$list"`;
}

/** The list that was written with a cold copy: a file that is damaged, missing or not of it is told by name. */
function sameAsItsList(backup: BackupFacts, sums: string): Sh {
  const ofWal = sh`sed 's|  \./|  ./wal/|' ${`${backup.path}/wal.sha256`}`;
  return sh`if { sed -n -e '/  \.\/snap\//p' -e '/  \.\/wal\//p' ${sums}; ${backup.wal === null ? sh`:` : ofWal}; } | sort | cmp -s - "$list"; then :; else
  damaged=$(cd ${backup.member} && sha256sum -c ${sums} 2>&1 | sed -n 's/: FAILED.*//p' | head -n 3)
  refuse ${`${backup.path} is damaged: its files are not what ${sums} says. Look at`}" $damaged"
fi`;
}

/** Asked of the copy: an original is never opened in place. */
function database(db: DbChoice): Sh {
  if (db.use === 'none') return sh`rm -f "$part/snap/db" "$part"/snap/*.snap.db`;
  const status = commandScript(etcdctlOffline(['-w', 'json', 'snapshot', 'status']));
  return sh.lines(
    db.use === 'other'
      ? sh`rm -f "$part/snap/db" "$part"/snap/*.snap.db
exec 9<${db.path}
flock -n -x 9 || refuse ${`${db.path} is in use by another process`}
cp -T --reflink=auto ${db.path} "$part/snap/db" || failed
[ "$(sha256sum <"$part/snap/db")" = "$(sha256sum <&9)" ] || refuse ${`the copy of ${db.path} is not what it was`}
exec 9<&-`
      : sh``,
    sh`status=$(timeout 60 ${status} "$part/snap/db") || refuse "the database can't be read: $status"
revision=$(printf '%s\n' "$status" | sed -n 's/.*"revision":\([0-9]*\).*/\1/p')
[ "$revision" = 0 ] || refuse "the database held v3 data, revision $revision: name one that never did"`,
  );
}

function own({ user, group, like }: CopyOwner): Sh {
  return sh`find "$part" "$wal" -exec chown ${`${user}:${group ?? ''}`} {} +
find "$part" "$wal" -type d -exec chmod 0700 {} +
find "$part" "$wal" -type f -exec chmod 0600 {} +
case $(stat -c %C ${like} 2>/dev/null || :) in
  '' | '?') ;;
  *) chcon -R --reference ${like} "$part" "$wal" ;;
esac`;
}

/** The WAL first: a member is there only with its WAL. */
function inPlace(to: CopyPlace): Sh {
  return sh.lines(
    sh`sync`,
    to.wal === null
      ? sh``
      : sh`mv -nT "$wal" ${to.wal}
[ -d ${to.wal} ]`,
    sh`mv -nT "$part" ${to.member}
[ -d ${to.member} ]
sync
: >"$done"
sync
printf 'files %s\nsha256 %s\n' "$(wc -l <"$list")" "$(sha256sum <"$list")"`,
  );
}
