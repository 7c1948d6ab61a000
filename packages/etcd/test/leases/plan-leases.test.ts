import fc from 'fast-check';
import {
  bucketWidth,
  compareWithV3,
  OAUTH_PREFIXES,
  planLeases,
  type KeyValue,
  type LeaseMode,
  type LeasePlan,
  type Manifest,
  type ManifestEntry,
} from '../../src';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const TAKEN = '2026-11-24T11:58:20Z';

const kv = (key: string, change: Partial<KeyValue> = {}): KeyValue => ({
  key: Buffer.from(key),
  value: Buffer.alloc(0),
  createRevision: 1,
  modRevision: 7,
  version: 1,
  lease: undefined,
  ...change,
});
const entry = (key: string, expires: number | null): ManifestEntry => ({
  key,
  valueSha256: '',
  bytes: 0,
  createdIndex: 1,
  modifiedIndex: 7,
  expires,
});
const plan = (
  entries: readonly ManifestEntry[],
  v3: readonly KeyValue[],
  mode: LeaseMode = { kind: 'remaining' },
): Promise<LeasePlan> =>
  planLeases(
    { header: { secretPrefixes: OAUTH_PREFIXES, takenAt: TAKEN }, entries } as unknown as Manifest,
    v3,
    NOW,
    mode,
  );

test('never early, at most a minute or 2 % late, every key in one bucket, and no more buckets than needed', async () => {
  const left = fc.oneof(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 90_000_000 }));
  await fc.assert(
    fc.asyncProperty(fc.array(left, { maxLength: 200 }), async (lefts) => {
      const entries = lefts.map((ms, n) => entry(`/k/${n}`, NOW + ms));
      const { buckets, counts } = await plan(
        entries,
        entries.map((found) => kv(found.key)),
      );
      expect(counts).toMatchObject({ toLease: lefts.length, toDelete: 0 });
      expect(buckets.flatMap((bucket) => bucket.keys)).toHaveLength(lefts.length);
      for (const bucket of buckets) {
        for (const key of bucket.keys) {
          const ms = lefts[key.position] ?? 0;
          const late = bucket.until * 1000 - (NOW + ms);
          expect(late).toBeGreaterThanOrEqual(0);
          // A second is left for the granting itself.
          expect(late).toBeLessThanOrEqual(bucketWidth(ms) - 1000);
        }
      }
      const starts = buckets.map((bucket) => Math.min(...bucket.keys.map((key) => lefts[key.position] ?? 0)));
      for (const [at, start] of starts.entries()) {
        const next = starts[at + 1];
        if (next !== undefined) expect(next - start).toBeGreaterThan(bucketWidth(start) - 5000);
      }
    }),
  );
});

test('a minute, or 2 %, whichever is more', () => {
  expect([bucketWidth(1000), bucketWidth(3_000_000), bucketWidth(86_400_000)]).toEqual([
    60_000, 60_000, 1_728_000,
  ]);
});

test('each key in its place: due, run out, leased already, changed, gone, missing', async () => {
  const later = NOW + 100_000;
  const found = await plan(
    [
      entry('/due', later),
      entry('/out', NOW - 1),
      entry('/leased', later),
      entry('/changed', later),
      entry('/gone', NOW - 1),
      entry('/missing', later),
      entry('/ever', null),
    ],
    [
      kv('/changed', { modRevision: 8 }),
      kv('/due'),
      kv('/ever'),
      kv('/foreign'),
      kv('/leased', { lease: '1a', modRevision: 99 }),
      kv('/out'),
    ],
  );
  expect(found.counts).toEqual({ withTtl: 6, toLease: 1, toDelete: 1, leased: 1, gone: 1 });
  expect(found.buckets.map((bucket) => bucket.keys.map((key) => [key.key.toString(), key.position]))).toEqual(
    [[['/due', 1]]],
  );
  expect(found.expired.map((key) => key.key.toString())).toEqual(['/out']);
  expect([found.missing, found.changed]).toEqual([['/missing'], ['/changed']]);
});

test('durations by prefix count from now, the longest prefix wins, others keep what they have left', async () => {
  const mode: LeaseMode = {
    kind: 'durations',
    secondsByPrefix: { '/kubernetes.io/events': 3600, '/kubernetes.io/events/a': 10 },
  };
  const left = NOW + 500_000;
  const entries = [
    '/kubernetes.io/events/b/1',
    '/kubernetes.io/events/a/1',
    '/kubernetes.io/eventsx',
    '/x',
  ].map((key) => entry(key, left));
  const found = await plan(
    [...entries, entry('/kubernetes.io/events/old', NOW - 1)],
    [...entries.map((each) => kv(each.key)), kv('/kubernetes.io/events/old')],
    mode,
  );
  expect(
    found.buckets.map(({ until, keys }) => [until - NOW / 1000, keys.map((key) => key.key.toString())]),
  ).toEqual([
    [10, ['/kubernetes.io/events/a/1']],
    [500, ['/kubernetes.io/eventsx', '/x']],
    [3600, ['/kubernetes.io/events/b/1']],
  ]);
  expect(found.counts.toDelete).toBe(1);
});

test('by durations: never before its time, at most a minute or 2 % after it, whatever it had left', async () => {
  const seconds = fc.integer({ min: 1, max: 200_000 });
  const key = fc.record({ left: fc.integer({ min: 1, max: 90_000_000 }), ours: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(seconds, fc.array(key, { maxLength: 100 }), async (given, keys) => {
      const entries = keys.map(({ left, ours }, n) =>
        entry(`${ours ? '/timed' : '/other'}/${n}`, NOW + left),
      );
      const { buckets, counts } = await plan(
        entries,
        entries.map((found) => kv(found.key)),
        { kind: 'durations', secondsByPrefix: { '/timed': given } },
      );
      expect(counts).toMatchObject({ toLease: keys.length, toDelete: 0 });
      expect(buckets.flatMap((bucket) => bucket.keys)).toHaveLength(keys.length);
      for (const { until, keys: held } of buckets) {
        for (const { position } of held) {
          const { left = 0, ours = false } = keys[position] ?? {};
          const due = ours ? given * 1000 : left;
          const late = until * 1000 - (NOW + due);
          expect(late).toBeGreaterThanOrEqual(0);
          expect(late).toBeLessThanOrEqual(bucketWidth(due) - 1000);
        }
      }
    }),
  );
});

test('a key that is itself a prefix is taken by its duration; one without a TTL gets none', async () => {
  const lease = '/openshift.io/leases/controllers';
  const found = await plan(
    [entry(lease, NOW + 25_000), entry(`${lease}-of-another`, NOW + 200_000), entry('/ever/1', null)],
    [kv('/ever/1'), kv(lease), kv(`${lease}-of-another`)],
    { kind: 'durations', secondsByPrefix: { [lease]: 10, '/ever': 10 } },
  );
  expect(
    found.buckets.map(({ until, keys }) => [until - NOW / 1000, keys.map((key) => key.key.toString())]),
  ).toEqual([
    [10, [lease]],
    [200, [`${lease}-of-another`]],
  ]);
});

/** The manifest was read 100 s ago: a lease of 90 s that an earlier attempt granted may have run out, one of 110 s not. */
test.each([
  [90, { gone: 1 }, []],
  [110, { gone: 0 }, ['/timed/1']],
])('a key that is gone, with a lease of %d s', async (given, counts, missing) => {
  const mode: LeaseMode = { kind: 'durations', secondsByPrefix: { '/timed': given } };
  const entries = [entry('/timed/1', NOW + 500_000)];
  const found = await plan(entries, [], mode);
  expect(found).toMatchObject({ counts, missing });
  const manifest = { header: { secretPrefixes: [], takenAt: TAKEN }, entries } as unknown as Manifest;
  const { equal } = await compareWithV3(manifest, [], { now: NOW, leases: mode });
  expect(equal).toBe(missing.length === 0);
  expect((await compareWithV3(manifest, [], { now: NOW, leases: { kind: 'remaining' } })).equal).toBe(false);
});
