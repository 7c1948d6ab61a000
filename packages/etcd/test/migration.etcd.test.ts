import { cpSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import {
  compareManifests,
  compareWithV3,
  digestV3,
  nobodyWrites,
  OAUTH_PREFIXES,
  parseMigrate,
  readManifest,
  v3State,
  walkV3,
  type V3Entry,
} from '../src';
import { putV2, type V2Put } from './helpers/put-v2';
import { scratchDirectory } from './helpers/run-change';
import { localHost } from './helpers/local-host';
import { makeCerts, requireEtcd, startEtcd, type LocalEtcd } from './helpers/local-etcd';

const host = localHost();
const options = { secretPrefixes: OAUTH_PREFIXES };
const TOKEN = 'canary-0123456789abcdef';

jest.setTimeout(60_000);

describe('a v2 store, migrated by the real etcdctl', () => {
  let directory: string;
  let certs: ReturnType<typeof makeCerts>;
  let etcd: LocalEtcd | undefined;

  beforeAll(() => {
    requireEtcd();
    directory = scratchDirectory();
    certs = makeCerts(directory);
  });
  afterEach(async () => {
    await etcd?.stop();
    etcd = undefined;
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const start = async (name: string, flags: readonly string[] = []): Promise<LocalEtcd> => {
    etcd = await startEtcd({ directory: join(directory, name), certs, flags });
    return etcd;
  };
  const migrated = async (name: string): Promise<LocalEtcd> => {
    const run = await host.read(['etcdctl', 'migrate', '--data-dir', join(directory, name)], {
      env: { ETCDCTL_API: '3' },
    });
    expect(parseMigrate(run)).toMatchObject({ verdict: 'finished' });
    return start(name, ['--force-new-cluster']);
  };

  test('manifest, second reading, who writes; then v3 equal both ways; then a damaged WAL is noticed', async () => {
    const v2 = await start('a');
    await fill(v2);
    const manifest = await readManifest(host, v2, options);
    expect(manifest.header).toMatchObject({
      keys: 313,
      keysWithTtl: 3,
      directoriesWithTtl: 1,
      largestValue: 1_000_000,
    });
    expect(JSON.stringify(manifest)).not.toContain(TOKEN);
    const recursive = await readManifest(host, v2, { ...options, levels: 0 });
    expect(recursive.entries).toEqual(manifest.entries);
    expect(compareManifests(manifest, recursive)).toMatchObject({ equal: true, compared: 313 });
    expect(await nobodyWrites(host, v2, manifest.header.etcdIndex, options)).toMatchObject({
      quiet: true,
      expired: 0,
    });
    expect(await v3State(host, v2)).toEqual({ revision: 1, keys: 0, neverUsed: true });

    await v2.stop();
    cpSync(v2.dataDir, join(directory, 'b'), { recursive: true });
    const v3 = await migrated('a');
    const now = Date.now();
    const entries = await walk(v3, 7);
    expect(await compareWithV3(manifest, entries, { now })).toMatchObject({ equal: true, compared: 313 });
    expect(await compareWithV3(manifest, await walk(v3, 500), { now })).toMatchObject({ equal: true });
    const state = await v3State(host, v3);
    expect(state).toMatchObject({ keys: 313, neverUsed: false });
    const digest = await digestV3(host, v3, { revision: state.revision, limit: 100 });
    expect(digest.keys).toBe(313);
    await v3.stop();

    const wal = join(directory, 'b/member/wal');
    truncateSync(
      join(wal, readdirSync(wal).find((file) => file.endsWith('-0000000000000000.wal')) ?? ''),
      20_000,
    );
    const damaged = await migrated('b');
    const comparison = await compareWithV3(manifest, await walk(damaged, 500), { now });
    expect(comparison.equal).toBe(false);
    expect(comparison.differences).toBeGreaterThan(100);
    expect(comparison.shown[0]?.why).toBe('missing');
    expect(JSON.stringify(comparison)).not.toContain(TOKEN);
  });

  test('a writer, a hidden writer and a key that runs out are told apart', async () => {
    const v2 = await start('c');
    await putV2(v2, [
      ['/a', 'x'],
      ['/short', 'x', '?ttl=1'],
    ]);
    const before = await readManifest(host, v2, options);
    let quiet = await nobodyWrites(host, v2, before.header.etcdIndex, options);
    for (let tries = 0; quiet.toIndex === quiet.fromIndex && tries < 100; tries++) {
      quiet = await nobodyWrites(host, v2, before.header.etcdIndex, options);
    }
    expect(quiet).toMatchObject({ quiet: true, expired: 1 });
    const after = await readManifest(host, v2, options);
    expect(compareManifests(before, after)).toMatchObject({ equal: true, expired: ['/short'] });

    await putV2(v2, [[`/openshift.io/oauth/accesstokens/${TOKEN}`, 'x']]);
    const written = await nobodyWrites(host, v2, after.header.etcdIndex, options);
    expect(written).toMatchObject({ quiet: false, unseen: 0, writes: [{ action: 'set' }] });
    expect(written.writes[0]?.key).toMatch(/^…\/accesstokens\/#[0-9a-f]{12}$/);
    expect(compareManifests(after, await readManifest(host, v2, options)).equal).toBe(false);

    const mark = (await readManifest(host, v2, options)).header.etcdIndex;
    await putV2(v2, [
      ['/_hidden', 'x'],
      ['/b', 'y'],
    ]);
    expect(await nobodyWrites(host, v2, mark, options)).toMatchObject({
      quiet: false,
      writes: [{ key: '/_hidden' }, { key: '/b' }],
    });
  });

  async function walk(asked: LocalEtcd, limit: number): Promise<readonly V3Entry[]> {
    const entries: V3Entry[] = [];
    for await (const entry of walkV3(host, asked, { ...options, limit })) entries.push(entry);
    return entries;
  }
});

async function fill(etcd: LocalEtcd): Promise<void> {
  const pods: V2Put[] = Array.from({ length: 300 }, (_, n) => [
    `/kubernetes.io/pods/ns/p${n}`,
    JSON.stringify({ n, pad: 'x'.repeat(300) }),
  ]);
  await Promise.all([0, 1, 2, 3, 4, 5].map((n) => putV2(etcd, pods.slice(n * 50, n * 50 + 50))));
  await putV2(etcd, [
    ['/top', 'a key at the top'],
    ['/kubernetes.io/leaf', 'a key in a first level'],
    ['/kubernetes.io/emptied', ''],
    ['/kubernetes.io/big', 'b'.repeat(1_000_000)],
    ['/kubernetes.io/names/a b+c%2F?#ü€', 'odd name'],
    ['/kubernetes.io/configmaps/x', 'line one\nline "two"\t<&> \u2028 ü € 漢 😀 \u0001'],
    ['/deep/1/2/3/4/5/6', 'deep'],
    ['/openshift.io/_hidden', 'not listed'],
    [`/openshift.io/oauth/accesstokens/${TOKEN}`, '{"kind":"OAuthAccessToken"}', '?ttl=86400'],
    ['/kubernetes.io/events/ns/e1', 'event', '?ttl=3600'],
    ['/kubernetes.io/replaced', 'one'],
    ['/kubernetes.io/replaced', 'two'],
    ['/kubernetes.io/minions/n1', 'x'],
    ['/kubernetes.io/minions/n2', 'x'],
  ]);
  await putV2(etcd, [
    ['/kubernetes.io/ttldir', undefined, '?ttl=3600'],
    ['/kubernetes.io/ttldir/child', 'child'],
  ]);
  await putV2(etcd, [['/kubernetes.io/emptydir', undefined]]);
}
