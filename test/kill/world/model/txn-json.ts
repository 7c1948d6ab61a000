import type { V3Key } from './member-data';
import type { TxnDone } from './v3-store';

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
