import { readFileSync } from 'node:fs';
import { readAccess, type AccessFiles } from '../etcd-client/access';
import { V2Client } from '../etcd-client/v2-client';
import type { FillEntry } from './fill-entry';
import { fillKeys, type FillOptions } from './fill-keys';

/** Runs inside the lab's network: options on stdin, counts on stdout. */
export interface FillOrder {
  readonly options: FillOptions;
  readonly access: AccessFiles;
  readonly parallel: number;
}

export interface FillCounts {
  keys: number;
  ttlKeys: number;
  directories: number;
  hidden: number;
  bytes: number;
}

async function work({ options, access, parallel }: FillOrder): Promise<FillCounts> {
  // A client for each member, which asks the others only when its own fails: the load is spread evenly.
  const { urls } = access;
  const sockets = Math.ceil(parallel / urls.length);
  const clients = urls.map((_, n) => {
    return new V2Client(
      readAccess({ ...access, urls: [...urls.slice(n), ...urls.slice(0, n)], sockets, timeoutMs: 60_000 }),
    );
  });
  const counts: FillCounts = { keys: 0, ttlKeys: 0, directories: 0, hidden: 0, bytes: 0 };
  const entries = fillKeys(options);
  const worker = async (n: number): Promise<void> => {
    const client = clients[n % clients.length];
    for (const entry of entries) {
      await put(client, entry);
      count(counts, entry);
    }
  };
  // Directories with a TTL must stand before their children are written: the head of the list goes one by one.
  await inOrder(entries, 60, async (entry) => {
    await put(clients[0], entry);
    count(counts, entry);
  });
  await Promise.all(Array.from({ length: parallel }, async (_, n) => worker(n)));
  return counts;
}

async function inOrder(
  entries: Generator<FillEntry>,
  first: number,
  each: (entry: FillEntry) => Promise<void>,
): Promise<void> {
  for (let n = 0; n < first; n += 1) {
    const next = entries.next();
    if (next.done === true) return;
    await each(next.value);
  }
}

async function put(client: V2Client | undefined, { key, value, ttl }: FillEntry): Promise<void> {
  const life: Record<string, string> = ttl === undefined ? {} : { ttl: String(ttl) };
  // A directory that a second fill finds is given its TTL anew; etcd wants to be told that it exists.
  if (value !== undefined) await client?.put(key, { value, ...life });
  else if (!(await client?.put(key, { dir: 'true', ...life }, { prevExist: 'false' }))) {
    await client?.put(key, { dir: 'true', ...life }, { prevExist: 'true' });
  }
}

function count(counts: FillCounts, { key, value, ttl }: FillEntry): void {
  if (value === undefined) counts.directories += 1;
  else if (key.includes('/_')) counts.hidden += 1;
  else counts.keys += 1;
  if (value !== undefined && ttl !== undefined) counts.ttlKeys += 1;
  counts.bytes += Buffer.byteLength(value ?? '');
}

const order = JSON.parse(readFileSync(0, 'utf8')) as FillOrder;
work(order).then(
  (counts) => process.stdout.write(JSON.stringify(counts), () => process.exit(0)),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
