import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  etcdctlV3,
  goLiteral,
  OAUTH_PREFIXES,
  parseTxn,
  run,
  txnText,
  v3State,
  walkRaw,
  walkV3,
} from '../../src';
import { makeCerts, requireEtcd, startEtcd, type LocalEtcd } from '../helpers/local-etcd';
import { localHost } from '../helpers/local-host';
import { scratchDirectory } from '../helpers/run-change';

jest.setTimeout(60_000);
const host = localHost();

let directory: string;
let etcd: LocalEtcd;
beforeAll(async () => {
  requireEtcd();
  directory = scratchDirectory();
  etcd = await startEtcd({ directory: join(directory, 'v3'), certs: makeCerts(directory) });
});
afterAll(async () => {
  await etcd.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('any bytes, as keys and as values, come back as they were, whatever the page size', async () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((array) => Buffer.from(array));
  const pairs = fc.sample(fc.tuple(bytes, bytes), 120);
  const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const awkward = ['', '-', '--', '--lease=1', '-w', '"', "'", '\\', ' ', '\n\n', 'put', '$x', '`'].map(
    (text) => [Buffer.from(`${text}k`), Buffer.from(text)] as const,
  );
  const wanted = new Map(
    [...pairs, ...awkward, [every, every] as const].map(([key, value]) => [key.toString('latin1'), value]),
  );
  const puts = [...wanted].map(
    ([key, value]) => `put -- ${goLiteral(Buffer.from(key, 'latin1'))} ${goLiteral(value)}`,
  );
  const before = await v3State(host, etcd);
  for (let from = 0; from < puts.length; from += 100) {
    const text = txnText([], puts.slice(from, from + 100));
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(parseTxn(await run(host, etcdctlV3(etcd, ['-w', 'json', 'txn']), { stdin: text }))).toMatchObject({
      verdict: 'succeeded',
    });
  }
  for (const limit of [1000, 7]) {
    const found = new Map<string, Buffer>();
    for await (const kv of walkRaw(host, etcd, { limit })) found.set(kv.key.toString('latin1'), kv.value);
    expect(found).toEqual(new Map([...wanted].sort(([a], [b]) => (a < b ? -1 : 1))));
  }
  // Pinned: what was written later is not seen.
  const early: unknown[] = [];
  for await (const entry of walkV3(host, etcd, { revision: before.revision, secretPrefixes: OAUTH_PREFIXES }))
    early.push(entry);
  expect(early).toHaveLength(before.keys);
});

test('pages that are too large to carry are asked for again, smaller', async () => {
  const puts = Array.from(
    { length: 12 },
    (_, n) => `put ${goLiteral(`/big/${n}`)} ${goLiteral(Buffer.alloc(300_000, 120))}`,
  );
  for (let from = 0; from < puts.length; from += 3) {
    await run(host, etcdctlV3(etcd, ['txn']), { stdin: txnText([], puts.slice(from, from + 3)) });
  }
  const small = {
    ...host,
    read: (argv: readonly string[], options = {}) => host.read(argv, { ...options, maxBytes: 1_000_000 }),
  };
  let big = 0;
  for await (const kv of walkRaw(small, etcd)) if (kv.value.length === 300_000) big++;
  expect(big).toBe(12);
});
