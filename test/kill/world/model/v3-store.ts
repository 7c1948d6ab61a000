import { goWords, unquote } from './go-words';
import type { Db, V3Key } from './member-data';

/** What a request changes, and what it answers. */
export interface TxnDone {
  readonly succeeded: boolean;
  readonly db: Db;
  readonly responses: readonly TxnResponse[];
  readonly puts: readonly string[];
  readonly deletes: readonly string[];
}

export type TxnResponse =
  | { readonly kind: 'put' }
  | { readonly kind: 'delete'; readonly deleted: number }
  | { readonly kind: 'range'; readonly kvs: readonly (readonly [string, V3Key])[]; readonly count: number };

export interface Txn {
  readonly compares: readonly { readonly key: string; readonly mod: number }[];
  readonly success: readonly Request[];
  readonly failure: readonly Request[];
  /** Each request asks for what the member itself has: no quorum is needed. */
  readonly serializable: boolean;
}

type Request =
  | { readonly kind: 'put'; readonly key: string; readonly value: string; readonly lease?: string }
  | { readonly kind: 'delete'; readonly key: string }
  | ({
      readonly kind: 'range';
      readonly from: string;
      readonly end: string | null;
      readonly keysOnly: boolean;
    } & Paging);

interface Paging {
  readonly limit: number;
  readonly rev: number;
  readonly serializable: boolean;
}

/** Compares, an empty line, what is done where they hold, an empty line, what is done else, an empty line. */
export function parseTxn(text: string): Txn {
  const [compares = [], success = [], failure = []] = blocks(text.split('\n'));
  const requests = success.map(parseRequest);
  return {
    compares: compares.map((line) => {
      const [, key = '', mod = ''] = /^mod\("((?:\\.|[^"\\])*)"\) = "(\d+)"$/.exec(line) ?? [];
      return { key: unquote(key), mod: Number(mod) };
    }),
    success: requests,
    failure: failure.map(parseRequest),
    serializable: requests.every((request) => request.kind === 'range' && request.serializable),
  };
}

/** @throws Error with etcd's words for a revision that the store does not have yet */
export function runTxn(db: Db, txn: Txn): TxnDone {
  const succeeded = txn.compares.every(({ key, mod }) => (db.keys[key]?.mod ?? 0) === mod);
  const requests = succeeded ? txn.success : txn.failure;
  const writes = requests.some(
    ({ kind, ...rest }) => kind === 'put' || (kind === 'delete' && 'key' in rest && rest.key in db.keys),
  );
  const revision = writes ? Math.max(1, db.revision) + 1 : db.revision;
  let keys = db.keys;
  const responses = requests.map((request): TxnResponse => {
    switch (request.kind) {
      case 'put': {
        const was = keys[request.key];
        keys = {
          ...keys,
          [request.key]: {
            value: request.value,
            create: was?.create ?? revision,
            mod: revision,
            version: (was?.version ?? 0) + 1,
            ...(request.lease !== undefined && { lease: request.lease }),
          },
        };
        return { kind: 'put' };
      }
      case 'delete': {
        const { [request.key]: was, ...left } = keys;
        keys = left;
        return { kind: 'delete', deleted: was === undefined ? 0 : 1 };
      }
      case 'range': {
        if (request.rev > Math.max(1, db.revision))
          throw new Error('etcdserver: mvcc: required revision is a future revision');
        const found = Object.entries(keys)
          .filter(([key]) =>
            request.end === null
              ? key === request.from
              : key >= request.from && (request.end === '' || key < request.end),
          )
          .sort(([one], [other]) => (one < other ? -1 : 1));
        const page = request.limit > 0 ? found.slice(0, request.limit) : found;
        return {
          kind: 'range',
          kvs: page.map(([key, kv]) => [key, request.keysOnly ? { ...kv, value: '' } : kv]),
          count: found.length,
        };
      }
    }
  });
  const named = (kind: string): readonly string[] =>
    requests.flatMap((request) => (request.kind === kind && 'key' in request ? [request.key] : []));
  return {
    succeeded,
    db: { ...db, revision, keys },
    responses,
    puts: named('put'),
    deletes: named('delete'),
  };
}

/** Leases that have run out take their keys along; each is a revision. */
export function expireLeases(db: Db, now: number): Db {
  return Object.entries(db.leases)
    .filter(([, { until }]) => until <= now)
    .reduce((before, [lease]) => {
      const keys = Object.entries(before.keys).filter(([, kv]) => kv.lease !== lease);
      const { [lease]: _gone, ...leases } = before.leases;
      const moved = keys.length < Object.keys(before.keys).length ? 1 : 0;
      return { revision: before.revision + moved, keys: Object.fromEntries(keys), leases };
    }, db);
}

/** As `-w json` prints it, on a member of this id. */
export function txnJson(done: TxnDone, header: string): string {
  const revision = Math.max(1, done.db.revision);
  const inner = `"header":{"revision":${revision}}`;
  const responses = done.responses.map((response) => {
    if (response.kind === 'put') return `{"Response":{"ResponsePut":{${inner}}}}`;
    if (response.kind === 'delete')
      return `{"Response":{"ResponseDeleteRange":{${inner},"deleted":${response.deleted}}}}`;
    const { kvs, count } = response;
    const parts = [
      inner,
      ...(kvs.length > 0 ? [`"kvs":[${kvs.map(([key, kv]) => kvJson(key, kv)).join(',')}]`] : []),
      ...(kvs.length < count ? ['"more":true'] : []),
      ...(count > 0 ? [`"count":${count}`] : []),
    ];
    return `{"Response":{"ResponseRange":{${parts.join(',')}}}}`;
  });
  const parts = [
    `"header":{${header},"revision":${revision},"raft_term":2}`,
    ...(done.succeeded ? ['"succeeded":true'] : []),
    ...(responses.length > 0 ? [`"responses":[${responses.join(',')}]`] : []),
  ];
  return `{${parts.join(',')}}\n`;
}

function kvJson(key: string, { value, create, mod, version, lease }: V3Key): string {
  const bytes = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
  return (
    [
      `{"key":"${bytes(key)}","create_revision":${create},"mod_revision":${mod},"version":${version}`,
      ...(value === '' ? [] : [`"value":"${bytes(value)}"`]),
      ...(lease === undefined ? [] : [`"lease":${BigInt(`0x${lease}`)}`]),
    ].join(',') + '}'
  );
}

function blocks(lines: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [[]];
  for (const line of lines) {
    if (line === '') found.push([]);
    else found.at(-1)!.push(line);
  }
  return found;
}

function parseRequest(line: string): Request {
  const [verb, ...rest] = goWords(line);
  const options = new Map<string, string>();
  const operands: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at]!;
    if (operands.length > 0 || !word.startsWith('-')) operands.push(word);
    else if (word === '--') {
      operands.push(...rest.slice(at + 1));
      break;
    } else if (word.includes('='))
      options.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    else if (FLAGS.has(word)) options.set(word, '');
    else options.set(word, rest[(at += 1)] ?? '');
  }
  const [key = '', second] = operands;
  switch (verb) {
    case 'put': {
      const lease = options.get('--lease');
      return { kind: 'put', key, value: second ?? '', ...(lease !== undefined && { lease }) };
    }
    case 'del':
      return { kind: 'delete', key };
    case 'get':
      return {
        kind: 'range',
        from: options.has('--from-key') && key === '\0' ? '' : key,
        end: options.has('--from-key') ? '' : (second ?? null),
        keysOnly: options.has('--keys-only'),
        limit: Number(options.get('--limit') ?? 0),
        rev: Number(options.get('--rev') ?? 0),
        serializable: options.get('--consistency') === 's',
      };
    default:
      throw new Error(`the model knows no request ${line}`);
  }
}

const FLAGS = new Set(['--from-key', '--keys-only']);
