import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { failed, said, type Answer, type Call } from '../calls';
import { onHost } from '../host-tree';
import { idOf } from './cluster';
import type { EtcdWorld } from './etcd-world';
import { dbFile, readDb, readWal, writeDb, type Db, type V3Key, type Wal } from './member-data';

/** Under a lock it waits for ever. */
export function snapshotStatus(world: EtcdWorld, call: Call, path: string): Answer | 'never' {
  const file = onHost(world.tree(call.host), path);
  if (!existsSync(file)) return failed(`Error:  stat ${path}: no such file or directory\n`);
  if (isLocked(file)) return 'never';
  const { revision, keys } = readDb(file);
  const total = Object.keys(keys).length;
  return said(
    `{"hash":${Number(`0x${idOf(JSON.stringify(keys)).slice(0, 7)}`)},"revision":${revision},"totalKey":${total},"totalSize":28672}\n`,
  );
}

/** v2's keys become v3's, with both indices; those that are hidden do not, nor do TTLs. Nothing is refused: whoever calls it knows. */
export function migrate(world: EtcdWorld, call: Call, dataDir: string): Answer | 'never' {
  world.effect(call.host, `migrate ${dataDir}`);
  const member = `${onHost(world.tree(call.host), dataDir)}/member`;
  const wal = readWal(member);
  const begun = 'using default transformer\n';
  if (wal === undefined)
    return failed(`Error:  open ${dataDir}/member/snap: no such file or directory\n`, 1, begun);
  if (existsSync(dbFile(member)) && isLocked(dbFile(member))) return 'never';
  const keys = migrated(wal);
  if (Object.keys(keys).length === 0) return said(`${begun}no v2 keys to migrate\n`);
  const fails = onHost(world.tree(call.host), FAILS);
  if (existsSync(fails)) {
    rmSync(fails);
    const some = Object.fromEntries(Object.entries(keys).slice(0, 2));
    writeDb(member, { revision: 2, keys: some, leases: {} });
    return failed(`Error:  write ${dataDir}/member/snap/db: input/output error\n`, 1, begun);
  }
  const db: Db = { revision: wal.v2.index, keys, leases: {} };
  writeDb(member, db);
  return {
    exit: 0,
    stdout: `${begun}finished transforming keys\n`,
    stderr: '2026-11-24 11:12:20.581527 I | etcdserver/api: enabled capabilities for version 3.2\n',
  };
}

/** Where it lies, the next migrate on this host ends in the middle, with a part of the keys. */
const FAILS = '/usr/local/lib/world/migrate-fails';

export const failNextMigrate = (tree: string): void => writeFileSync(onHost(tree, FAILS), '');

function migrated({ v2 }: Wal): Readonly<Record<string, V3Key>> {
  return Object.fromEntries(
    Object.entries(v2.nodes).flatMap(([key, { value, created, modified }]): [string, V3Key][] =>
      value === undefined || key.includes('/_')
        ? []
        : [[latin1(key), { value: latin1(value), create: created, mod: modified, version: 1 }]],
    ),
  );
}

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

function isLocked(file: string): boolean {
  const open = openSync(file, 'r');
  try {
    return (
      spawnSync('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', open] }).status !== 0
    );
  } finally {
    closeSync(open);
  }
}
