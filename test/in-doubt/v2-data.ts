import { readManifest, OAUTH_PREFIXES, type Manifest } from '@pawl/etcd';
import type { ReadHost } from '@pawl/hosts';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  makeCerts,
  requireEtcd,
  startEtcd,
  type LocalEtcd,
} from '../../packages/etcd/test/helpers/local-etcd';
import { localHost } from '../../packages/etcd/test/helpers/local-host';
import { putV2, type V2Put } from '../../packages/etcd/test/helpers/put-v2';
import { trimWal } from '../../packages/etcd/test/helpers/trim-wal';

export const KEYS = 3000;
const VALUE_BYTES = 2000;
const AT_A_TIME = 12;

/** `member` directories that a real etcd wrote and stopped on, made once and copied. */
export interface V2Data {
  readonly manifest: Manifest;
  /** Rows of the database of a copy that was migrated to its end: the keys, and a few of etcd's own. */
  readonly rows: number;
  /** As it was stopped; `empty`: of a cluster that never held a key; `v3`: with one v3 key beside those of v2. */
  member(kind: 'v2' | 'empty' | 'v3'): string;
  /** Starts etcd on a copy of that `member`, alone. */
  start(member: string): Promise<LocalEtcd>;
  remove(): void;
}

export async function v2Data(): Promise<V2Data> {
  requireEtcd();
  const directory = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pawl-v2-'));
  const certs = makeCerts(directory);
  const at = (name: string): string => path.join(directory, name);
  const start = (name: string, flags: readonly string[] = []): Promise<LocalEtcd> =>
    startEtcd({ directory: at(name), certs, flags });

  const v2 = await start('v2');
  await fill(v2);
  const manifest = await readManifest(localHost(), v2, { secretPrefixes: OAUTH_PREFIXES });
  await v2.stop();
  trimWal(at('v2/member/wal'));

  cpSync(at('v2'), at('migrated'), { recursive: true });
  const rows = await migratedRows(at('migrated'));

  await (await start('empty')).stop();
  trimWal(at('empty/member/wal'));

  cpSync(at('v2'), at('v3'), { recursive: true });
  const v3 = await start('v3', ['--force-new-cluster']);
  const { ca, cert, key } = v3.certs ?? { ca: '', cert: '', key: '' };
  await localHost().read(
    [
      'etcdctl',
      ...['--endpoints', v3.clientEndpoint, '--cacert', ca, '--cert', cert, '--key', key],
      ...['put', '/v3', 'x'],
    ],
    { env: { ETCDCTL_API: '3' } },
  );
  await v3.stop();
  trimWal(at('v3/member/wal'));

  let started = 0;
  return {
    manifest,
    rows,
    member: (kind) => at(`${kind}/member`),
    start(member) {
      const name = `started-${(started += 1)}`;
      cpSync(member, at(`${name}/member`), { recursive: true });
      return start(name, ['--force-new-cluster']);
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function fill(etcd: LocalEtcd): Promise<void> {
  const pods: V2Put[] = Array.from({ length: KEYS }, (_, n) => [
    `/kubernetes.io/pods/ns/p${n}`,
    `${n} ${'x'.repeat(VALUE_BYTES)}`,
  ]);
  const share = Math.ceil(KEYS / AT_A_TIME);
  const shares = Array.from({ length: AT_A_TIME }, (_, n) => pods.slice(n * share, (n + 1) * share));
  await Promise.all(shares.map((each) => putV2(etcd, each)));
}

async function migratedRows(dataDir: string): Promise<number> {
  const etcdctl = (...words: readonly string[]): ReturnType<ReadHost['read']> =>
    localHost().read(['etcdctl', ...words], { env: { ETCDCTL_API: '3' } });
  await etcdctl('migrate', '--data-dir', dataDir);
  const said = await etcdctl('-w', 'json', 'snapshot', 'status', path.join(dataDir, 'member/snap/db'));
  return Number(/"totalKey":(\d+)/.exec(said.stdout.toString())?.[1]);
}
