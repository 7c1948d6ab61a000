import { sh, type ReadHost } from '@pawl/hosts';
import { EtcdError } from '../errors';
import { parseLook, type Look } from './parse-look';
import { whyNoBackup } from './why-no-backup';

/** A directory that an etcd can be started on, once it is copied. */
export interface BackupFacts {
  /** `cold-copy`: Pawl's own, with sums. `original`: a member that was set aside. `etcdctl`: by `etcdctl backup`, or by a playbook. */
  readonly kind: 'cold-copy' | 'etcdctl' | 'original';
  /** Where it really lies, links resolved: the directory that holds `member`. */
  readonly path: string;
  readonly member: string;
  /** `wal` beside `member`, of an etcd with a separate WAL directory. null: it lies in `member`. */
  readonly wal: string | null;
  /** `member.sha256` of a cold copy; a separate WAL's list stands beside it. */
  readonly sums: string | null;
  /** The v2 manifest of the Pawl run that made it. */
  readonly manifest: string | null;
  /** What a cold copy says of itself. */
  readonly description: string | null;
  /** Raft index of each v2 snapshot, ascending. Without one etcd replays the WAL from its beginning. */
  readonly snapIndices: readonly number[];
  /** A v3 database lies with it. Whether it ever held v3 data: `chooseDb`. */
  readonly hasDb: boolean;
  /** On disk, holes not counted. */
  readonly bytes: number;
  /** Empty: a backup with links in it is refused, since what they lead to would not be copied. */
  readonly links: readonly string[];
  /** RFC 3339, by the newest WAL file: when it was last written to. */
  readonly takenAt: string;
}

/**
 * What lies in a directory that is said to be a backup: a run's own folder or the `backup` in it, the result of
 * `etcdctl backup`, the playbook's `openshift-backup-pre-migration…`, or the folder with a `member` that was set aside. Only
 * looks, and takes no file's word for its content: that a backup starts is proven by starting a copy of it.
 *
 * @param live the host's own data directory, which is no backup of itself
 * @throws EtcdError `E_ETCD_NO_BACKUP` with what is there, what is missing and what to give instead; `E_ETCD_REFUSED` for the
 * live data
 */
export async function lookAtBackup(
  host: ReadHost,
  path: string,
  live?: { readonly dataDir: string },
): Promise<BackupFacts> {
  const where = `${host.name}:${path}`;
  if (!/^\/[^\0\n]*$/.test(path)) {
    throw new EtcdError('E_ETCD_NO_BACKUP', `${JSON.stringify(path)} is no absolute path`, {
      where,
      hint: 'Give the whole path of the backup as the restore host has it, beginning with /.',
    });
  }
  const given = path.replace(/\/+$/, '') || '/';
  const result = await host.readScript(look(given, live?.dataDir ?? ''), { timeoutMs: 120_000 });
  if (result.exit !== 0) {
    throw new EtcdError('E_ETCD_NO_BACKUP', `${given} can't be looked at`, {
      where,
      facts: { exit: result.exit, said: result.stderr.toString('utf8').slice(-600) },
    });
  }
  const seen = parseLook(result.stdout.toString('utf8'));
  const why = whyNoBackup(given, seen);
  if (why !== null) throw new EtcdError(why.code, why.message, { where, hint: why.hint, facts: why.facts });
  return factsOf(seen);
}

function factsOf(seen: Look): BackupFacts {
  const has = (name: string): string | null => (seen.beside.includes(name) ? `${seen.path}/${name}` : null);
  const sums = has('member.sha256');
  return {
    kind: sums !== null ? 'cold-copy' : /\/pawl-[^/]+\/original$/.test(seen.path) ? 'original' : 'etcdctl',
    path: seen.path,
    member: `${seen.path}/member`,
    wal: seen.walBeside ? `${seen.path}/wal` : null,
    sums,
    manifest: seen.manifest,
    description: seen.description,
    snapIndices: seen.snapIndices,
    hasDb: seen.hasDb,
    bytes: seen.bytes,
    links: seen.links,
    takenAt: new Date(seen.newestWal * 1000).toISOString(),
  };
}

/** One line a fact. A run's folder stands for the backup in it; the WAL beside `member` counts where there is none inside. */
function look(path: string, dataDir: string): ReturnType<typeof sh> {
  return sh`given=${path}
live=${dataDir}
[ -e "$given" ] || { echo 'is nothing'; exit 0; }
[ -d "$given" ] || { echo 'is file'; exit 0; }
path=$(readlink -f "$given")
if [ -n "$live" ] && [ -d "$live" ]; then
  live=$(readlink -f "$live")
  case $path in "$live" | "$live"/member | "$live"/member/*) echo 'is live'; exit 0 ;; esac
fi
case \${path##*/} in pawl-*) if [ ! -e "$path/member" ] && [ -d "$path/backup" ]; then path=$path/backup; fi ;; esac
echo "path $path"
for file in "$path"/* "$path"/.[!.]*; do
  if [ -e "$file" ] || [ -L "$file" ]; then echo "beside \${file##*/}"; fi
done
set --
for file in "$path/member" "$path/wal"; do
  if [ -e "$file" ] || [ -L "$file" ]; then set -- "$@" "$file"; fi
done
if [ $# -gt 0 ]; then find "$@" -type l -exec printf 'link %s\n' {} +; fi
[ -d "$path/member" ] || exit 0
[ ! -d "$path/member/snap" ] || echo 'dir snap'
[ ! -f "$path/member/snap/db" ] || echo 'dir db'
for file in "$path"/member/snap/*.snap; do
  [ ! -f "$file" ] || echo "snap \${file##*/}"
done
wal=$path/member/wal
if [ ! -d "$wal" ] && [ -d "$path/wal" ]; then wal=$path/wal; echo 'dir wal-beside'; fi
[ ! -d "$wal" ] || echo 'dir wal'
for file in "$wal"/*.wal; do
  [ ! -f "$file" ] || echo "wal \${file##*/} $(stat -c %Y "$file")"
done
set -- "$path/member"
if [ "$wal" = "$path/wal" ]; then set -- "$@" "$wal"; fi
du -s -k "$@" | while read -r size rest; do echo "kilobytes $size"; done
case $path in */backup | */original) if [ -f "\${path%/*}/manifest" ]; then echo "manifest \${path%/*}/manifest"; fi ;; esac
if [ -f "$path/DESCRIPTION" ]; then echo description; head -c 4096 "$path/DESCRIPTION"; fi`;
}
