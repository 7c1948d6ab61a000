import { unexpectedOutput } from '../errors';

export interface KeyValue {
  readonly key: Buffer;
  /** Empty with --keys-only. */
  readonly value: Buffer;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  /** Hex; undefined where it has none. */
  readonly lease: string | undefined;
}

export interface RangePage {
  /** The store's revision when it answered. */
  readonly revision: number;
  readonly kvs: readonly KeyValue[];
  /** There are more after the last one. */
  readonly more: boolean;
  /** Of the whole range asked for, from this page's first key on. */
  readonly count: number;
}

/** The answer of `get -w json`. */
export function parseGet(stdout: string): RangePage {
  const command = 'etcdctl get';
  const json = parseBase64Json(stdout, command);
  return page(json, integer(inside(inside(json, 'header'), 'revision')), command);
}

/** The answer of `txn -w json` to a single get. */
export function parseTxnGet(stdout: string): RangePage {
  const [page, ...more] = parseTxnGets(stdout);
  if (page === undefined || more.length > 0) throw unexpectedOutput('etcdctl txn', beginning(stdout));
  return page;
}

/** The answers of `txn -w json` to gets, in their order. The store's revision stands in the outer header. */
export function parseTxnGets(stdout: string): readonly RangePage[] {
  const command = 'etcdctl txn';
  const json = parseBase64Json(stdout, command);
  const responses = inside(json, 'responses');
  if (inside(json, 'succeeded') !== true || !Array.isArray(responses))
    throw unexpectedOutput(command, beginning(stdout));
  const revision = integer(inside(inside(json, 'header'), 'revision'));
  return responses.map((response: unknown) => {
    const range = inside(inside(response, 'Response'), 'ResponseRange');
    if (range === undefined) throw unexpectedOutput(command, beginning(stdout));
    return page(range, revision, command);
  });
}

/**
 * Native JSON.parse (a page is megabytes) with every integer of 16 digits and more quoted first. Safe because all strings
 * in these answers are base64 or names without a quote, so `":` followed by digits stands only between a name and a number.
 */
function parseBase64Json(stdout: string, command: string): unknown {
  try {
    return JSON.parse(stdout.replace(/":(-?\d{16,})(?=[,}\]])/g, '":"$1"'));
  } catch {
    throw unexpectedOutput(command, beginning(stdout));
  }
}

/** Keys and values come after the header. */
function beginning(stdout: string): string {
  return stdout.slice(0, 30);
}

function page(range: unknown, revision: number | undefined, command: string): RangePage {
  if (revision === undefined) throw unexpectedOutput(command, 'an answer without a revision');
  const kvs = inside(range, 'kvs');
  return {
    revision,
    kvs: (Array.isArray(kvs) ? kvs : []).map((kv) => keyValue(kv, command)),
    more: inside(range, 'more') === true,
    count: integer(inside(range, 'count')) ?? 0,
  };
}

function keyValue(kv: unknown, command: string): KeyValue {
  const key = inside(kv, 'key');
  const value = inside(kv, 'value');
  const createRevision = integer(inside(kv, 'create_revision'));
  const modRevision = integer(inside(kv, 'mod_revision'));
  if (typeof key !== 'string' || createRevision === undefined || modRevision === undefined) {
    throw unexpectedOutput(command, 'a key without its revisions');
  }
  const lease = inside(kv, 'lease');
  return {
    key: Buffer.from(key, 'base64'),
    value: Buffer.from(typeof value === 'string' ? value : '', 'base64'),
    createRevision,
    modRevision,
    version: integer(inside(kv, 'version')) ?? 0,
    lease: lease === undefined ? undefined : leaseHex(lease, command),
  };
}

function leaseHex(lease: unknown, command: string): string | undefined {
  if (typeof lease !== 'string' && !(typeof lease === 'number' && Number.isSafeInteger(lease))) {
    throw unexpectedOutput(command, 'a lease that is no number');
  }
  const id = BigInt.asUintN(64, BigInt(lease)).toString(16);
  return id === '0' ? undefined : id;
}

function inside(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, name)
    ? (json as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function integer(json: unknown): number | undefined {
  return typeof json === 'number' && Number.isSafeInteger(json) ? json : undefined;
}
