import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { SOON } from './fill';
import { treeOf } from './host-tree';
import { readDb, readWal, type Wal } from './model/member-data';
import type { ModelState } from './model/state';

/**
 * What must be equal at the end of two runs, by path. Left out: times, revisions, claims, and the evidence (what lies in
 * `pawl-RUN` and /var/lib/pawl differs with the number of attempts; of it only whether a fence stands is told).
 */
export function pictureOf(dir: string, state: ModelState): ReadonlyMap<string, string> {
  const picture = new Map<string, string>();
  for (const { name, units } of state.hosts) {
    const tree = treeOf(dir, name);
    walk(tree, '', (file) => look(tree, file), picture, name);
    for (const [unit, { process, ready, failed, backend, etcd, loaded }] of Object.entries(units))
      picture.set(
        `${name}: unit ${unit}`,
        [
          process === undefined ? (failed ? 'failed' : 'inactive') : ready ? 'active' : 'activating',
          backend ?? etcd?.dataDir,
          ...loaded.dropIns,
        ].join(' '),
      );
  }
  return picture;
}

function walk(
  tree: string,
  below: string,
  lookAt: (file: string) => string | undefined,
  picture: Map<string, string>,
  host: string,
): void {
  for (const name of readdirSync(path.join(tree, below)).sort()) {
    const file = path.join(below, name);
    const seen = lookAt(file);
    if (seen === undefined) continue;
    picture.set(`${host}: ${file}`, seen);
    if (seen.startsWith('directory') && !OPAQUE.test(file)) walk(tree, file, lookAt, picture, host);
  }
}

/** Of no interest, or other words for what is told elsewhere. */
const LEFT_OUT =
  /^(etc\/alternatives|etc\/ld\.so\.cache|usr-local)$|^var-lib\/pawl\/(?!fence$)|\/pawl-[^/]+$|^run\/(pawl|mount)$|\.snap$/;
const OPAQUE = /^$/;

function look(tree: string, file: string): string | undefined {
  if (LEFT_OUT.test(file)) return undefined;
  const full = path.join(tree, file);
  const stat = lstatSync(full);
  const owner = `${stat.uid}:${stat.gid} ${(stat.mode & 0o7777).toString(8)}`;
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(full)}`;
  if (stat.isDirectory()) return `directory ${owner}`;
  if (file.endsWith('/member/snap/db')) return `${owner} ${digest(dbIn(full))}`;
  if (file.endsWith('.wal')) return `${owner} ${digest(walIn(path.dirname(path.dirname(full))))}`;
  if (file === 'var-lib/pawl/fence') return 'a fence';
  return `${owner} ${digest(readFileSync(full))}`;
}

/** Keys and values, and whether each has a lease. */
function dbIn(file: string): string {
  const { keys } = readDb(file);
  return JSON.stringify(
    Object.entries(keys)
      .filter(([key]) => key !== SOON)
      .map(([key, { value, lease }]) => [key, value, lease !== undefined])
      .sort(),
  );
}

/** v2, and who the members are. A master's own key is written with each of its starts. */
function walIn(member: string): string {
  const wal = readWal(member);
  if (wal === undefined) return '';
  const { nodes } = wal.v2;
  return JSON.stringify([
    wal.cluster,
    membersIn(wal),
    Object.entries(nodes)
      .filter(([key]) => key !== SOON)
      .map(([key, { value, expiration, created, modified }]) =>
        key.startsWith('/openshift.io/world') ? [key, value] : [key, value, expiration, created, modified],
      )
      .sort(),
  ]);
}

const membersIn = ({ member, members }: Wal): unknown => [
  member,
  ...members.map((each) => JSON.stringify(each)).sort(),
];

const digest = (text: string | Buffer): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);
