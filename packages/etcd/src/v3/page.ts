import type { ReadHost } from '@pawl/hosts';
import { etcdctlV3, run, type Asked } from '../cli/etcdctl';
import { commandFailed } from '../parse/complaint';
import { parseTxnGet, type RangePage } from '../parse/range';
import { goLiteral } from './go-literal';
import { txnText } from './txn-text';

/**
 * Keys a page where nothing else is asked for. Most of a page's time is the start of etcdctl, TLS included: with 6 KiB values
 * 500 keys took 0.07 to 0.2 s and 1,000 keys 0.14 to 0.23 s [measured]. 2,000 such keys are 16 MB of JSON.
 */
export const PAGE_KEYS = 2000;

export interface PageRequest {
  /** From this key on, itself included; from the first if left out. */
  readonly from?: Buffer;
  readonly limit: number;
  /** The newest if left out. */
  readonly revision?: number;
  readonly keysOnly?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Keys of one member's own store, serializable: its contents, whatever the others hold. The key travels on stdin, as a get in
 * a `txn`.
 * @throws EtcdError `E_ETCD_REVISION`, `E_ETCD_UNAVAILABLE`, `E_ETCD_PARSE`; HostError `E_OUTPUT_TOO_LARGE`
 */
export async function readPage(host: ReadHost, settings: Asked, request: PageRequest): Promise<RangePage> {
  const command = etcdctlV3(settings, ['--command-timeout=120s', '-w', 'json', 'txn']);
  const result = await run(host, command, {
    stdin: txnText([], [getRequest(request)]),
    timeoutMs: 180_000,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  if (result.exit !== 0) throw commandFailed(result, 'read keys', `${host.name}: ${settings.clientEndpoint}`);
  return parseTxnGet(result.stdout.toString('utf8'));
}

function getRequest(request: PageRequest): string {
  const revision = request.revision === undefined ? '' : ` --rev ${request.revision}`;
  const keysOnly = request.keysOnly === true ? ' --keys-only' : '';
  const from = goLiteral(request.from ?? Buffer.from([0]));
  return `get --from-key${keysOnly} --limit ${request.limit}${revision} --consistency s -- ${from}`;
}
