import type { Db, V3Key } from './member-data';
import type { Txn } from './parse-txn';

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
