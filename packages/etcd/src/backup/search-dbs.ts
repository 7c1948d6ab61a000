import { sh, type ReadHost } from '@pawl/hosts';
import { EtcdError } from '../errors';
import { snapIndex } from './parse-look';

export interface FoundDb {
  readonly kind: DbKind;
  readonly path: string;
  /** Raft index of the newest v2 snapshot beside it; 0 where there is none. */
  readonly newestSnap: number;
}

/**
 * The best first: a backup's can be judged where it lies. `migrated`: an original of which a run began to migrate a copy, which
 * it does only where it never held v3 data.
 */
export const DB_KINDS = ['backup', 'migrated', 'original'] as const;
export type DbKind = (typeof DB_KINDS)[number];

/** The v3 databases under a data directory that are not the live one's, and not that of the backup itself. */
export async function searchDbs(
  host: ReadHost,
  dataDir: string,
  besides: string,
): Promise<readonly FoundDb[]> {
  const result = await host.readScript(sh`cd ${dataDir}
for dir in "$PWD"/openshift-backup-* "$PWD"/pawl-*/backup "$PWD"/pawl-*/original; do
  [ -f "$dir/member/snap/db" ] || continue
  [ "$(readlink -f "$dir")" != ${besides} ] || continue
  kind=backup
  case $dir in
    */original)
      kind=original
      for mark in "\${dir%/original}"/copy-*/migrate-started "\${dir%/original}"/discarded-*/migrate-started; do
        [ ! -e "$mark" ] || kind=migrated
      done
      ;;
  esac
  for file in "$dir"/member/snap/*.snap; do
    [ ! -f "$file" ] || echo "\${file##*/}"
  done | sort -r | { if IFS= read -r newest; then :; else newest=none; fi; echo "$kind $newest $dir/member/snap/db"; }
done`);
  if (result.exit !== 0) {
    throw new EtcdError('E_ETCD_SETTINGS', `${dataDir} can't be searched for databases`, {
      where: host.name,
      facts: { said: result.stderr.toString('utf8').slice(-600) },
    });
  }
  return result.stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line): readonly FoundDb[] => {
      const [, word, newest = '', path = ''] = /^(\w+) (\S+) (\/.*)$/.exec(line) ?? [];
      const kind = DB_KINDS.find((one) => one === word);
      return kind === undefined ? [] : [{ kind, path, newestSnap: snapIndex(newest)[0] ?? 0 }];
    });
}

/** The db file that a path names: itself, or the one in the directory, be it a backup, a run's folder or a member. */
export async function dbAt(host: ReadHost, path: string): Promise<string | undefined> {
  const base = path.replace(/\/+$/, '');
  const places = ['', '/member/snap/db', '/snap/db', '/backup/member/snap/db'].map(
    (rest) => `${base}${rest}`,
  );
  const result = await host.readScript(sh`for file in ${places}; do
  if [ -f "$file" ]; then readlink -f "$file"; exit 0; fi
done`);
  const [found = ''] = result.stdout.toString('utf8').split('\n');
  return found === '' ? undefined : found;
}
