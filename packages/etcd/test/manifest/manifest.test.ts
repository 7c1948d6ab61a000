import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadHost } from '@pawl/hosts';
import fc from 'fast-check';
import {
  compareManifests,
  compareWithV3,
  keyName,
  manifestDigest,
  nobodyWrites,
  OAUTH_PREFIXES,
  readManifest,
  readManifestFile,
  showKey,
  writeManifest,
  type Manifest,
  type ManifestEntry,
  type V3Entry,
} from '../../src';
import { fixture, VERSIONS } from '../helpers/fixture';

const options = { secretPrefixes: OAUTH_PREFIXES };
const asked = { clientEndpoint: 'https://127.0.0.1:1', certs: null };
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A host whose curl answers with these bytes, in chunks of seven. */
function answering(bytes: Buffer): ReadHost {
  const refuse = (): never => {
    throw new Error('not asked for here');
  };
  return {
    name: 'h1',
    address: 'h1',
    read: () => Promise.resolve({ exit: 0, stdout: bytes, stderr: Buffer.alloc(0) }),
    readScript: refuse,
    async *readStream() {
      for (let at = 0; at < bytes.length; at += 7) yield await Promise.resolve(bytes.subarray(at, at + 7));
    },
  };
}

describe.each(VERSIONS)('the recorded v2 store of %s', (version) => {
  test('every leaf, with digest, indices and the earliest expiration; the token only as its digest', async () => {
    const recorded = fixture(version, 'http-v2-keys.recursive');
    const manifest = await readManifest(answering(recorded.stdout), asked, { ...options, levels: 0 });
    const found = Object.fromEntries(manifest.entries.map((entry) => [entry.key, entry]));
    const token = `/openshift.io/oauth/accesstokens/#${sha('tok1')}`;
    expect(Object.keys(found)).toEqual(
      [
        '/kubernetes.io/events/default/ev1',
        '/kubernetes.io/namespaces/default',
        '/kubernetes.io/services/endpoints/default/kubernetes',
        '/kubernetes.io/ttldir/child',
        '/openshift.io/emptyvalue',
        token,
      ].sort(),
    );
    expect(found['/openshift.io/emptyvalue']).toMatchObject({
      valueSha256: sha(''),
      bytes: 0,
      expires: null,
      createdIndex: 29,
      modifiedIndex: 29,
    });
    expect(found['/kubernetes.io/events/default/ev1']?.valueSha256).toBe(
      sha('{"kind":"Event","message":"a \\"quoted\\"\\nline ü €"}'),
    );
    const expiration = (name: string): number =>
      Date.parse(
        new RegExp(`"/kubernetes.io/${name}".*?"expiration":"([^"]+)"`).exec(recorded.out)?.[1] ?? '',
      );
    expect(found['/kubernetes.io/ttldir/child']?.expires).toBe(expiration('ttldir'));
    expect(found['/kubernetes.io/events/default/ev1']?.expires).toBe(expiration('events/default/ev1'));
    expect(manifest.header).toMatchObject({
      etcdIndex: 29,
      keys: 6,
      keysWithTtl: 3,
      directoriesWithTtl: 1,
      clusterId: expect.stringMatching(/^[0-9a-f]+$/),
    });
    expect(JSON.stringify(manifest)).not.toContain('tok1');
  });

  test('errors are told', async () => {
    for (const [name, code] of [
      ['http-v2-keys.no-leader-quorum', 'E_ETCD_V2'],
      ['http-v2-keys.missing', 'E_ETCD_V2'],
    ] as const) {
      await expect(
        readManifest(answering(fixture(version, name).stdout), asked, options),
      ).rejects.toMatchObject({ code });
    }
    const whole = fixture(version, 'http-v2-keys.recursive').stdout;
    for (const cut of [10, 200, whole.length - 20]) {
      await expect(
        readManifest(answering(whole.subarray(0, cut)), asked, { ...options, levels: 0 }),
      ).rejects.toMatchObject({ code: 'E_ETCD_PARSE' });
    }
  });
});

test('an expiration that comes after the nodes it applies to is never guessed at', async () => {
  const body =
    '{"action":"get","node":{"dir":true,"nodes":[{"key":"/a","dir":true,"nodes":[{"key":"/a/b","value":"","modifiedIndex":3,"createdIndex":3}],"expiration":"2026-11-24T13:14:24Z"}]}}';
  const answer = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${body}\n`);
  await expect(readManifest(answering(answer), asked, { ...options, levels: 0 })).rejects.toMatchObject({
    code: 'E_ETCD_PARSE',
  });
});

test('a history that does not reach back is an error, not a quiet store', async () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Etcd-Index: 2000\r\n\r\n';
  const cleared =
    '{"errorCode":401,"message":"The event in requested index is outdated and cleared","cause":"x","index":2000}\n';
  await expect(nobodyWrites(answering(Buffer.from(head + cleared)), asked, 5, options)).rejects.toMatchObject(
    { code: 'E_ETCD_V2_HISTORY' },
  );
});

describe('keys that are secrets', () => {
  test.each([
    ['/openshift.io/oauth/accesstokens/abc', /^…\/accesstokens\/#[0-9a-f]{12}$/],
    ['/openshift.io/oauth/authorizetokens/abc/def', /^…\/authorizetokens\/#[0-9a-f]{12}$/],
    ['/openshift.io/oauth/accesstokens/', /^\/openshift.io\/oauth\/accesstokens\/$/],
    ['/openshift.io/oauth/clients/abc', /^\/openshift.io\/oauth\/clients\/abc$/],
  ])('%s', (key, shown) => {
    expect(showKey(key, OAUTH_PREFIXES)).toMatch(shown);
    expect(showKey(keyName(key, OAUTH_PREFIXES), OAUTH_PREFIXES)).toBe(showKey(key, OAUTH_PREFIXES));
  });

  test('a name that looks like a digest is still hashed once more where it is a key', () => {
    const key = `${OAUTH_PREFIXES[0] ?? ''}canary`;
    expect(keyName(key, OAUTH_PREFIXES)).not.toContain('canary');
    expect(keyName(Buffer.from([0x2f, 0xff]), OAUTH_PREFIXES)).toBe('"/\\xff"');
  });
});

describe('the manifest as a file', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pawl-manifest-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  test('written, 0600, read back equal; its digest is that of its bytes; damage is noticed', async () => {
    const path = join(directory, 'manifest');
    const manifest = made([entry('/a'), entry('/b "ü\n', { expires: 5 })]);
    const digest = await writeManifest(path, manifest);
    expect(digest).toBe(manifestDigest(manifest));
    expect(digest).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await readManifestFile(path, digest)).toEqual(manifest);
    expect(await writeManifest(path, manifest)).toBe(digest);
    const text = readFileSync(path, 'utf8');
    for (const damaged of [
      text.replace('"/a"', '"/c"'),
      text.split('\n').slice(0, 2).join('\n'),
      `${text}[]\n`,
      '',
      'x',
      '{}\n',
      text.replace('/a"', '/a'),
    ]) {
      writeFileSync(path, damaged);
      await expect(readManifestFile(path, digest)).rejects.toMatchObject({ code: 'E_ETCD_MANIFEST' });
    }
  });

  test('one that is not there is an error like any other', async () => {
    await expect(readManifestFile(join(directory, 'none'))).rejects.toMatchObject({
      code: 'E_ETCD_MANIFEST',
    });
  });
});

describe('comparing', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');
  const before = made([
    entry('/a'),
    entry('/b'),
    entry('/gone', { expires: now - 5000 }),
    entry('/later', { expires: now + 60_000 }),
  ]);
  const v3 = (entries: readonly ManifestEntry[]): V3Entry[] => entries.map(asV3);

  test.each<[string, readonly ManifestEntry[], readonly [string, string][]]>([
    ['equal', before.entries, []],
    ['a TTL key that had run out is excused', before.entries.filter((found) => found.key !== '/gone'), []],
    [
      'a TTL key that had not is missing',
      before.entries.filter((found) => found.key !== '/later'),
      [['/later', 'missing']],
    ],
    [
      'a key without TTL is missing',
      before.entries.filter((found) => found.key !== '/a'),
      [['/a', 'missing']],
    ],
    ['one too many', [...before.entries, entry('/new')], [['/new', 'not in the manifest']]],
    [
      'another value',
      before.entries.map((found) => (found.key === '/a' ? { ...found, valueSha256: sha('other') } : found)),
      [['/a', 'another value']],
    ],
    [
      'a created index',
      before.entries.map((found) => (found.key === '/a' ? { ...found, createdIndex: 1 } : found)),
      [['/a', 'another created index']],
    ],
    [
      'a modified index',
      before.entries.map((found) => (found.key === '/a' ? { ...found, modifiedIndex: 99 } : found)),
      [['/a', 'another modified index']],
    ],
  ])('%s', async (_, entries, differences) => {
    const expected = {
      equal: differences.length === 0,
      differences: differences.length,
      shown: differences.map(([key, why]) => ({ key, why })),
    };
    expect(compareManifests(before, made(entries))).toMatchObject(expected);
    expect(await compareWithV3(before, v3(entries), { now })).toMatchObject(expected);
  });

  test('a renewed expiration is a write', () => {
    const renewed = before.entries.map((found) =>
      found.key === '/later' ? { ...found, expires: now + 90_000 } : found,
    );
    expect(compareManifests(before, made(renewed)).shown).toEqual([
      { key: '/later', why: 'another expiration' },
    ]);
  });

  test('with leases attached: a TTL key needs one and may have been written; all others are as they were', async () => {
    const leased = (change: Partial<V3Entry>): V3Entry[] =>
      v3(before.entries).map((found) => (found.key === '/later' ? { ...found, ...change } : found));
    const compare = async (entries: readonly V3Entry[]): Promise<unknown> =>
      (
        await compareWithV3(
          before,
          entries.filter((found) => found.key !== '/gone'),
          { now, leases: { kind: 'remaining' } },
        )
      ).shown;
    expect(await compare(leased({ lease: '1a', modRevision: 500 }))).toEqual([]);
    expect(await compare(leased({}))).toEqual([{ key: '/later', why: 'no lease' }]);
    expect(await compare(leased({ lease: '1a', createRevision: 500 }))).toEqual([
      { key: '/later', why: 'another created index' },
    ]);
    const written = leased({ lease: '1a' }).map((found) =>
      found.key === '/a' ? { ...found, modRevision: 500 } : found,
    );
    expect(await compare(written)).toEqual([{ key: '/a', why: 'another modified index' }]);
  });

  test('whatever is changed in one of many is found, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^\/[a-z]{1,6}$/), { minLength: 1, maxLength: 30 }),
        fc.nat(),
        fc.constantFrom('drop', 'value', 'index', 'add'),
        async (keys, pick, how) => {
          const manifest = made(keys.map((key) => entry(key)));
          const at = pick % keys.length;
          const changed = v3(manifest.entries).flatMap((found, index) => {
            if (index !== at) return [found];
            if (how === 'drop') return [];
            if (how === 'add') return [found, { ...found, key: '/added/one' }];
            return [
              how === 'value'
                ? { ...found, valueSha256: sha('no') }
                : { ...found, modRevision: found.modRevision + 1 },
            ];
          });
          const comparison = await compareWithV3(manifest, changed, { now });
          expect(comparison).toMatchObject({ equal: false, differences: 1 });
          expect(comparison.shown[0]?.key).toBe(how === 'add' ? '/added/one' : manifest.entries[at]?.key);
        },
      ),
    );
  });

  test('a hundred differences are shown, all are counted', async () => {
    const many = made(Array.from({ length: 250 }, (_, n) => entry(`/k${n}`)));
    const comparison = await compareWithV3(many, [], { now });
    expect(comparison.shown).toHaveLength(100);
    expect(comparison.differences).toBe(250);
  });

  function made(entries: readonly ManifestEntry[]): Manifest {
    return manifestOf(entries, new Date(now).toISOString());
  }
});

function made(entries: readonly ManifestEntry[]): Manifest {
  return manifestOf(entries, '2026-11-24T12:00:00.000Z');
}

function manifestOf(entries: readonly ManifestEntry[], takenAt: string): Manifest {
  return {
    header: {
      format: 'pawl-manifest-1',
      endpoint: 'https://198.18.1.1:2379',
      clusterId: '1a',
      takenAt,
      etcdIndex: 10,
      etcdIndexAtEnd: 10,
      raftIndex: 20,
      keys: entries.length,
      bytes: 0,
      keysWithTtl: 0,
      directories: 0,
      directoriesWithTtl: 0,
      largestValue: 0,
      secretPrefixes: OAUTH_PREFIXES,
    },
    entries,
  };
}

function entry(key: string, change: Partial<ManifestEntry> = {}): ManifestEntry {
  return {
    key,
    valueSha256: sha(key),
    bytes: key.length,
    createdIndex: 5,
    modifiedIndex: 7,
    expires: null,
    ...change,
  };
}

function asV3(found: ManifestEntry): V3Entry {
  return {
    key: found.key,
    valueSha256: found.valueSha256,
    bytes: found.bytes,
    createRevision: found.createdIndex,
    modRevision: found.modifiedIndex,
    version: 1,
    lease: undefined,
  };
}
