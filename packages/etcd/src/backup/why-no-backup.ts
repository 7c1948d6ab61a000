import type { EtcdErrorCode, EtcdFacts } from '../errors';
import type { Look } from './parse-look';

export interface NoBackup {
  readonly code: EtcdErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly facts: EtcdFacts;
}

/** Why a directory can't be restored from, with what to give instead; null where nothing speaks against it. */
export function whyNoBackup(given: string, seen: Look): NoBackup | null {
  const no = (message: string, hint: string, code: EtcdErrorCode = 'E_ETCD_NO_BACKUP'): NoBackup => ({
    code,
    message,
    hint,
    facts: { given, path: seen.path, there: seen.beside.slice(0, 40) },
  });
  if (seen.is === 'nothing') return no(`there is no ${given}`, WHAT);
  if (seen.is === 'file') return no(`${given} is a file`, `A backup is a directory. ${WHAT}`);
  if (seen.is === 'live')
    return no(
      `${given} is the data that etcd itself has here`,
      `Restoring moves that out of the way. ${WHAT}`,
      'E_ETCD_REFUSED',
    );
  if (!seen.beside.includes('member')) return noMember(seen, no);
  if (seen.links.length > 0)
    return no(
      `a link lies in ${seen.path}: ${seen.links.slice(0, 3).join(', ')}`,
      'What it leads to would not be copied. Copy the backup with its files in place of links (`cp -aL`), and give the copy.',
    );
  if (!seen.hasSnap) return no(`${seen.path}/member has no snap directory`, `It is no whole member. ${WHAT}`);
  return noWal(seen, no);
}

type No = (message: string, hint: string) => NoBackup;

function noMember(seen: Look, no: No): NoBackup {
  if (seen.beside.length === 0) return no(`${seen.path} is empty`, WHAT);
  if (seen.beside.includes('snap') || seen.beside.includes('wal'))
    return no(
      `${seen.path} is itself a member directory`,
      'Give the directory that holds it under the name `member`; where it was moved away under another name, move it into a directory of its own as `member`.',
    );
  if (seen.beside.includes('original'))
    return no(
      `${seen.path} holds no backup, but the original that its run set aside`,
      `While it is there, rolling that run back needs no backup at all. Else give ${seen.path}/original.`,
    );
  return no(`${seen.path} holds no member directory`, WHAT);
}

/** etcd replays the WAL from the newest v2 snapshot on, from the beginning where there is none: nothing of it may be missing. */
function noWal(seen: Look, no: No): NoBackup | null {
  const [first] = seen.walFiles;
  if (!seen.hasWal || first === undefined)
    return no(
      `${seen.path} holds no WAL: neither member/wal nor wal has a .wal file`,
      'Of an etcd with a WAL directory of its own that directory belongs to the backup: copy it beside `member` as `wal`, if it was kept.',
    );
  const gap = seen.walFiles.find((file, at) => file.sequence !== first.sequence + at);
  if (gap !== undefined)
    return no(
      `a WAL file is missing in ${seen.path} before number ${gap.sequence}`,
      'It is no whole backup: give another one.',
    );
  const newest = seen.snapIndices.at(-1) ?? 0;
  if (first.index > newest + 1)
    return no(
      `the WAL in ${seen.path} begins at raft index ${first.index}, and the newest snapshot before it is ${newest === 0 ? 'missing' : `of ${newest}`}`,
      'It is no whole backup: give another one.',
    );
  return null;
}

const WHAT =
  'Give the folder of a Pawl run (`<data>/pawl-RUN`), what `etcdctl backup` wrote, or the playbook’s `openshift-backup-…`: a directory that holds `member`.';
