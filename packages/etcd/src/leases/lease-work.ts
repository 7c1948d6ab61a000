import type { ReadHost } from '@pawl/hosts';
import type { Asked } from '../cli/etcdctl';
import type { KeyValue } from '../parse/range';
import { goLiteral } from '../v3/go-literal';
import { txnText } from '../v3/txn-text';
import { readDue } from './read-due';
import type { LeaseKey, LeasePlan } from './plan-leases';

export interface LeaseWork {
  /** What `attachLeases` gives to the script on its standard input. Holds keys and values: never shown, logged or kept. */
  readonly text: string | Buffer;
  readonly keys: number;
  readonly leases: number;
  readonly deletions: number;
  /** Values that no v3 request can hold: v2 had no such limit. These keys stay without a lease, for ever. */
  readonly tooLarge: readonly LeaseKey[];
}

/** etcd's own limit is 1.5 MiB a request; 1.4 MiB passed, 1.5 MiB failed [measured]. */
const LARGEST_REQUEST = 1_468_000;
const BATCH_BYTES = 1024 * 1024;
/** etcd's limit is 128. */
const BATCH_OPERATIONS = 100;

/**
 * Fetches the values of the keys that are due, and no others, and writes out what is to be done: to attach a lease a key must
 * be put again with its value (3.1 has no `--ignore-value`), and etcdctl can't pass a value from a get to a put. So these
 * values travel to the controller and back, in memory alone.
 */
export async function leaseWork(
  host: ReadHost,
  settings: Asked,
  plan: LeasePlan,
  signal?: AbortSignal,
): Promise<LeaseWork> {
  const values = await readDue(
    host,
    settings,
    plan.buckets.flatMap((bucket) => bucket.keys),
    signal,
  );
  // Bytes: all of it together may be longer than a string can be.
  const blocks: Buffer[] = [];
  const tooLarge: LeaseKey[] = [];
  let keys = 0;
  let leases = 0;
  for (const bucket of plan.buckets) {
    const fitting = bucket.keys.flatMap((due) => {
      const kv = values.get(due.key.toString('latin1'));
      // Gone, or written by somebody since it was planned: left to the next plan.
      if (kv?.modRevision !== due.modRevision) return [];
      if (requestBytes(kv) <= LARGEST_REQUEST) return [kv];
      tooLarge.push(due);
      return [];
    });
    if (fitting.length === 0) continue;
    blocks.push(Buffer.from(`lease ${bucket.until}\n`), ...batches(fitting).map(leaseTxn));
    keys += fitting.length;
    leases++;
  }
  for (let from = 0; from < plan.expired.length; from += BATCH_OPERATIONS) {
    blocks.push(deleteTxn(plan.expired.slice(from, from + BATCH_OPERATIONS)));
  }
  return { text: Buffer.concat(blocks), keys, leases, deletions: plan.expired.length, tooLarge };
}

function batches(kvs: readonly KeyValue[]): readonly (readonly KeyValue[])[] {
  const all: KeyValue[][] = [];
  let bytes = 0;
  for (const kv of kvs) {
    const last = all.at(-1);
    const size = requestBytes(kv);
    if (last === undefined || last.length === BATCH_OPERATIONS || bytes + size > BATCH_BYTES) {
      all.push([kv]);
      bytes = size;
    } else {
      last.push(kv);
      bytes += size;
    }
  }
  return all;
}

/** Only what is still as it was planned is put again: a key written in between is left to the next plan. */
function leaseTxn(batch: readonly KeyValue[]): Buffer {
  return framed(
    batch.map((kv) => compare(kv.key, kv.modRevision)),
    batch.map((kv) => `put --lease=@ -- ${goLiteral(kv.key)} ${goLiteral(kv.value)}`),
  );
}

function deleteTxn(keys: readonly LeaseKey[]): Buffer {
  return framed(
    keys.map((key) => compare(key.key, key.modRevision)),
    keys.map((key) => `del -- ${goLiteral(key.key)}`),
  );
}

function compare(key: Buffer, modRevision: number): string {
  return `mod(${goLiteral(key)}) = "${modRevision}"`;
}

/** No line of a txn is `txn` or `end`: each begins with `mod(`, `put`, `del`, or is empty. */
function framed(compares: readonly string[], success: readonly string[]): Buffer {
  return Buffer.from(`txn\n${txnText(compares, success)}end\n`, 'latin1');
}

/** The key stands in the request twice, once with its value; the rest is protobuf's own. */
function requestBytes(kv: KeyValue): number {
  return 2 * kv.key.length + kv.value.length + 64;
}
