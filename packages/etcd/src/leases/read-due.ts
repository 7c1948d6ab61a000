import type { ReadHost } from '@pawl/hosts';
import { etcdctlV3, run, type Asked } from '../cli/etcdctl';
import { commandFailed } from '../parse/complaint';
import { parseTxnGets, type KeyValue } from '../parse/range';
import { goLiteral } from '../v3/go-literal';
import { txnText } from '../v3/txn-text';
import { isTooLarge } from '../v3/walk';
import type { LeaseKey } from './plan-leases';

/** Keys with their values, by key in latin1. Neighbours in the store are one range; a call has 100 ranges or 500 keys. */
export async function readDue(
  host: ReadHost,
  settings: Asked,
  due: readonly LeaseKey[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, KeyValue>> {
  const found = new Map<string, KeyValue>();
  const sorted = [...due].sort((a, b) => a.position - b.position);
  let limit = 500;
  for (let from = 0; from < sorted.length;) {
    const { ranges, keys } = rangesOf(sorted, from, limit);
    const answer = await read(host, settings, ranges, signal).catch((error: unknown) => {
      if (keys > 1 && isTooLarge(error)) return undefined;
      throw error;
    });
    if (answer === undefined) {
      limit = Math.ceil(keys / 4);
      continue;
    }
    for (const kv of answer) found.set(kv.key.toString('latin1'), kv);
    from += keys;
  }
  return found;
}

const RANGES_A_CALL = 100;

interface Range {
  readonly first: Buffer;
  last: Buffer;
}

function rangesOf(
  sorted: readonly LeaseKey[],
  from: number,
  limit: number,
): { readonly ranges: readonly Range[]; readonly keys: number } {
  const ranges: Range[] = [];
  let keys = 0;
  for (const key of sorted.slice(from, from + limit)) {
    const before = sorted[from + keys - 1];
    const range = ranges.at(-1);
    if (range !== undefined && before?.position === key.position - 1) range.last = key.key;
    else if (ranges.length === RANGES_A_CALL) break;
    else ranges.push({ first: key.key, last: key.key });
    keys++;
  }
  return { ranges, keys };
}

async function read(
  host: ReadHost,
  settings: Asked,
  ranges: readonly Range[],
  signal: AbortSignal | undefined,
): Promise<readonly KeyValue[]> {
  const gets = ranges.map(({ first, last }) => {
    const end = first.equals(last) ? '' : ` ${goLiteral(Buffer.concat([last, Buffer.from([0])]))}`;
    return `get --consistency s -- ${goLiteral(first)}${end}`;
  });
  const result = await run(host, etcdctlV3(settings, ['--command-timeout=120s', '-w', 'json', 'txn']), {
    stdin: txnText([], gets),
    timeoutMs: 180_000,
    ...(signal === undefined ? {} : { signal }),
  });
  if (result.exit !== 0) throw commandFailed(result, 'read the keys that are to get leases', host.name);
  return parseTxnGets(result.stdout.toString('utf8')).flatMap((page) => page.kvs);
}
