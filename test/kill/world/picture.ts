import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { treeOf } from './host-tree';
import { readDb, readWal, type Wal } from './model/member-data';
import { readState } from './model/state';

/**
 * What must be equal at the end of two runs, by host and path, in the world that lies in a directory; it need not be open. Left out:
 * times, revisions, claims, and jobs, whose number differs with that of the attempts.
 */
export function pictureOf(dir: string): ReadonlyMap<string, string> {
  const picture = new Map<string, string>();
  for (const { name, units } of readState(dir)!.hosts) {
    walk(treeOf(dir, name), '', name, picture);
    for (const [unit, { process, ready, failed, backend, etcd, loaded }] of Object.entries(units)) {
      const is = process === undefined ? (failed ? 'failed' : 'inactive') : ready ? 'active' : 'activating';
      picture.set(`${name}: unit ${unit}`, [is, backend ?? etcd?.dataDir, ...loaded.dropIns].join(' '));
    }
  }
  return picture;
}

/** What a run leaves, however it ends: backups, what was set aside, records. */
export const isEvidence = (key: string): boolean => /: var-lib\/(pawl(?!\/fence$)|.*\/pawl-)/.test(key);

/** A line of its own: it is taken out for good, whatever becomes of the run. */
export const isForcing = (key: string): boolean => key.endsWith(FORCES);

const [CONF, FORCES, FORCED] = [
  'etc/etcd/etcd.conf',
  ': etcd.conf forces a new cluster',
  /^ETCD_FORCE_NEW_CLUSTER=.*\n/m,
];

function walk(tree: string, below: string, host: string, picture: Map<string, string>): void {
  for (const name of readdirSync(path.join(tree, below)).sort()) {
    const file = path.join(below, name);
    if (LEFT_OUT.test(file)) continue;
    const stat = lstatSync(path.join(tree, file));
    picture.set(`${host}: ${file}`, look(tree, file, stat));
    if (file === CONF && FORCED.test(readFileSync(path.join(tree, file), 'utf8')))
      picture.set(`${host}${FORCES}`, 'yes');
    if (stat.isDirectory()) walk(tree, file, host, picture);
  }
}

/** Of no interest here, or with a name that tells a raft index. */
const LEFT_OUT =
  /^(etc\/alternatives|etc\/ld\.so\.cache|usr-local|run\/(pawl|mount)|var-lib\/pawl\/(host|runs\/[^/]+\/jobs))$|\.snap$/;

/** They hold times, claims or digests of what does. */
const THERE =
  /\/(fence|last-fence|closed|README|manifest)$|\.sha256$|^var-lib\/pawl\/runs\/[^/]+\/(once|recorded)\//;

function look(tree: string, file: string, stat: ReturnType<typeof lstatSync> & object): string {
  const full = path.join(tree, file);
  const owner = `${stat.uid}:${stat.gid} ${(Number(stat.mode) & 0o7777).toString(8)}`;
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(full)}`;
  if (stat.isDirectory()) return `directory ${owner}`;
  if (THERE.test(file)) return `there ${owner}`;
  if (file.endsWith('/member/snap/db')) return `${owner} ${digest(dbIn(full))}`;
  if (file.endsWith('.wal')) return `${owner} ${digest(walIn(path.dirname(path.dirname(full))))}`;
  if (file === CONF) return `${owner} ${digest(readFileSync(full, 'utf8').replace(FORCED, ''))}`;
  return `${owner} ${digest(readFileSync(full))}`;
}

/** Keys and values, and whether each has a lease. */
function dbIn(file: string): string {
  const { keys } = readDb(file);
  return JSON.stringify(
    Object.entries(keys)
      .map(([key, { value, lease }]) => [key, value, lease !== undefined])
      .sort(),
  );
}

/** v2, and who the members are. A master's own key is written with each of its starts. */
function walIn(member: string): string {
  const wal = readWal(member);
  if (wal === undefined) return '';
  const keys = Object.entries(wal.v2.nodes).map(([key, { value, expiration, created, modified }]) =>
    key.startsWith('/openshift.io/world') ? [key, value] : [key, value, expiration, created, modified],
  );
  return JSON.stringify([wal.cluster, membersIn(wal), keys.sort()]);
}

const membersIn = ({ member, members }: Wal): readonly string[] => [
  member,
  ...members.map((each) => JSON.stringify(each)).sort(),
];

const digest = (text: string | Buffer): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);
