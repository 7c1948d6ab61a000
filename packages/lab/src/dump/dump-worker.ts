import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { readAccess, type AccessFiles } from '../etcd-client/access';
import { V2Client } from '../etcd-client/v2-client';
import { V3Client } from '../etcd-client/v3-client';
import type { V2Entry, V3Entry } from './entries';

/** Runs inside the lab's network: an order on stdin, one `[key, entry]` a line on stdout, `null` as the last. */
export interface DumpOrder {
  readonly api: 'v2' | 'v3';
  readonly access: AccessFiles;
}

async function* v2(access: AccessFiles): AsyncGenerator<[string, V2Entry]> {
  for await (const { key, ...entry } of new V2Client(readAccess({ ...access, timeoutMs: 60_000 })).leaves(
    '/',
  )) {
    yield [key, entry];
  }
}

async function* v3(access: AccessFiles): AsyncGenerator<[string, V3Entry]> {
  const client = new V3Client(readAccess({ ...access, timeoutMs: 60_000 }));
  const left = new Map<bigint, Promise<number>>();
  for await (const { key, value, createRevision, modRevision, lease } of client.leaves('', {
    serializable: true,
  })) {
    if (lease !== 0n && !left.has(lease)) left.set(lease, client.timeToLive(lease));
    yield [
      key,
      {
        value: value.toString(),
        createRevision: Number(createRevision),
        modRevision: Number(modRevision),
        ...(lease === 0n ? {} : { lease: lease.toString(16), secondsLeft: (await left.get(lease)) ?? -1 }),
      },
    ];
  }
  client.close();
}

async function work({ api, access }: DumpOrder): Promise<void> {
  for await (const line of api === 'v2' ? v2(access) : v3(access)) {
    if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain');
  }
}

work(JSON.parse(readFileSync(0, 'utf8')) as DumpOrder).then(
  () => process.stdout.write('null\n', () => process.exit(0)),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
