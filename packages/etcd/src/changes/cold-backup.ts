import { sh, type Change, type Sh } from '@pawl/hosts';
import { holdDb, refuse, sums } from './fragments';
import type { RunLayout } from './layout';

export interface BackupOptions {
  /** What it is a backup of, for a person in a bad hour: versions, member and cluster ids, raft index. No secrets. */
  readonly description: string;
  /** Directories and files beside the data that belong to it: `/etc/etcd`. */
  readonly configuration: readonly string[];
}

/**
 * A cold copy of a stopped member: its files, its separate WAL, its configuration, a description and the sha256 of every
 * file, compared with the originals under the db's lock. It keeps ids and the v3 db, which `etcdctl backup` does not.
 *
 * Durable when it returns: the whole backup, under a name that only a whole one gets. Written once: where it is there, it is
 * left alone. May happen twice: one that was cut off is made anew.
 */
export function coldBackup(layout: RunLayout, options: BackupOptions): Change {
  const part = `${layout.backup}.part`;
  return {
    what: `copy ${layout.member} to ${layout.backup}`,
    deadlineMs: 3_600_000,
    script: sh.lines(
      refuse,
      sums,
      sh`if there ${layout.backup}; then echo ${`${layout.backup} is there`}; exit 0; fi`,
      holdDb(layout.member),
      sh`rm -rf ${part}
mkdir -p -m 0700 ${layout.folder} ${part}
cp -a -T --reflink=auto ${layout.member} ${`${part}/member`}
whole ${layout.member} ${`${part}/member`} ${`${part}/member.sha256`}`,
      layout.wal === null
        ? sh``
        : sh`cp -a -T --reflink=auto ${layout.wal} ${`${part}/wal`}
whole ${layout.wal} ${`${part}/wal`} ${`${part}/wal.sha256`}`,
      sh.lines(...options.configuration.map((path) => configuration(path, `${part}/configuration`))),
      sh`printf '%s\n' ${options.description} >${`${part}/DESCRIPTION`}
sync
mv -nT ${part} ${layout.backup}
[ -d ${layout.backup} ]
sync
printf 'files %s\nsha256 %s\n' "$(wc -l <${`${layout.backup}/member.sha256`})" "$(sha256sum <${`${layout.backup}/member.sha256`})"`,
    ),
  };
}

function configuration(path: string, to: string): Sh {
  const parent = `${to}${path.slice(0, path.lastIndexOf('/'))}`;
  return sh`if there ${path}; then mkdir -p ${parent}; cp -a -T ${path} ${`${to}${path}`}; fi`;
}

/** Compares a backup with its own list of sums. Changes nothing; exit 0 where every file is as it was. */
export function verifyBackupScript(layout: RunLayout): Sh {
  const check = (name: string): Sh =>
    sh`(cd ${`${layout.backup}/${name}`} && sha256sum -c --status ${`../${name}.sha256`})`;
  return layout.wal === null ? check('member') : sh.lines(check('member'), check('wal'));
}
