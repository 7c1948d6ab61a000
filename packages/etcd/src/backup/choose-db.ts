import type { ReadHost } from '@pawl/hosts';
import { EtcdError } from '../errors';
import { judgeDb, type DbVerdict } from './judge-db';
import type { BackupFacts } from './look-at-backup';
import { DB_KINDS, dbAt, searchDbs, type FoundDb } from './search-dbs';

/** Which v3 database a backup is started with. */
export type DbChoice =
  /** The one that lies in it. */
  | { readonly use: 'own' }
  /** None at all: etcd makes a new one. */
  | { readonly use: 'none'; readonly why: string }
  /** The db file of another backup, or of an original. */
  | { readonly use: 'other'; readonly path: string }
  /** There is none that will do: what was looked at, and what is needed. */
  | { readonly use: 'missing'; readonly why: string };

export interface WhereDbs {
  readonly dataDir: string;
  /** A db file that the operator names, or a directory that holds one. */
  readonly dbFrom: string | null;
}

/**
 * Which database goes with a backup of v2. What is needed is one that never held v3 data: a migration writes over what it
 * finds there.
 *
 * - the backup's own where it never did;
 * - none where the backup has no v2 snapshot: etcd then makes a new one [measured, 3.1 to 3.4];
 * - else one has to be found, for with a snapshot etcd refuses to start without it, and with one that is older than the
 *   snapshot [measured]: the one that the operator names, that of another backup under the data directory, that of an original.
 *
 * An original is never opened in place: it is judged on the copy, by `copyBackup`, and so is the own db of one. Only reads.
 * @throws EtcdError `E_ETCD_REFUSED` where `dbFrom` is the live data
 */
export async function chooseDb(host: ReadHost, backup: BackupFacts, where: WhereDbs): Promise<DbChoice> {
  refuseLive(host, where.dbFrom, where.dataDir);
  const own = await judgeOwn(host, backup);
  if (own.good) return { use: 'own' };
  const newest = backup.snapIndices.at(-1);
  if (newest === undefined)
    return { use: 'none', why: `${own.why}, and without a v2 snapshot etcd makes a new one` };
  if (where.dbFrom !== null) return chooseNamed(host, where.dbFrom, where.dataDir, own.why);
  return search(host, await searchDbs(host, where.dataDir, backup.path), newest, own.why);
}

/** @throws EtcdError `E_ETCD_REFUSED` */
function refuseLive(host: ReadHost, path: string | null, dataDir: string): void {
  const member = `${dataDir}/member`;
  if (path !== dataDir && path !== member && path?.startsWith(`${member}/`) !== true) return;
  throw new EtcdError('E_ETCD_REFUSED', `${path} is the data that etcd itself has here`, {
    where: host.name,
    hint: 'It is moved out of the way, and holds v3 data after a migration. Name a backup, or an original that was set aside.',
  });
}

async function judgeOwn(host: ReadHost, backup: BackupFacts): Promise<DbVerdict> {
  if (!backup.hasDb) return { good: false, why: 'the backup has no member/snap/db' };
  if (backup.kind === 'original') return { good: true };
  return judgeDb(host, `${backup.member}/snap/db`);
}

/** A db that is named by hand is taken at its word as to its age: whether it fits is seen when the copy is started. */
async function chooseNamed(
  host: ReadHost,
  dbFrom: string,
  dataDir: string,
  ownWhy: string,
): Promise<DbChoice> {
  const path = await dbAt(host, dbFrom);
  // Once more: what was named may have been a link.
  refuseLive(host, path ?? null, dataDir);
  if (path === undefined)
    return { use: 'missing', why: `${ownWhy}; there is no database at ${dbFrom}. ${NEEDED}` };
  const verdict: DbVerdict = isOriginal(path) ? { good: true } : await judgeDb(host, path);
  return verdict.good
    ? { use: 'other', path }
    : { use: 'missing', why: `${ownWhy}; ${verdict.why}. ${NEEDED}` };
}

/** Of the fitting ones the first that is proven; an original, which can be proven on its copy alone, only after those. */
async function search(
  host: ReadHost,
  found: readonly FoundDb[],
  newest: number,
  ownWhy: string,
): Promise<DbChoice> {
  const passed: string[] = [];
  for (const db of [...found].sort((a, b) => rank(a, newest) - rank(b, newest))) {
    if (db.newestSnap < newest) {
      passed.push(`${db.path} is older than the backup’s newest snapshot`);
      continue;
    }
    if (db.kind !== 'backup') return { use: 'other', path: db.path };
    const verdict = await judgeDb(host, db.path);
    if (verdict.good) return { use: 'other', path: db.path };
    passed.push(verdict.why);
  }
  const looked = passed.length === 0 ? ['no other database was found under the data directory'] : passed;
  return { use: 'missing', why: `${[ownWhy, ...looked].join('; ')}. ${NEEDED}` };
}

/** Of one kind those of the very same snapshot first. */
function rank(db: FoundDb, newest: number): number {
  return 2 * DB_KINDS.indexOf(db.kind) + (db.newestSnap === newest ? 0 : 1);
}

function isOriginal(path: string): boolean {
  return /\/pawl-[^/]+\/original\//.test(path);
}

const NEEDED =
  'A database that never held v3 data is needed, from a time no older than the backup’s newest snapshot: copy a member/snap/db to this host and name it';
