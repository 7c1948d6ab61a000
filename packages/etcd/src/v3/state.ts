import type { ReadHost } from '@pawl/hosts';
import type { Asked } from '../cli/etcdctl';
import { serverVersion } from '../cluster/ask';
import { readPage } from './page';

export interface V3State {
  readonly revision: number;
  readonly keys: number;
  /**
   * No key, and never one: revision 1. A store that was used and emptied has a higher revision, and migrating into it would
   * collide with what it held.
   */
  readonly neverUsed: boolean;
}

/**
 * What one member's own v3 store holds, serializable, whatever the others hold. It is asked for its version first: `txn` goes on
 * asking a member that is away, or refuses its certificate, until it is ended, without a word [measured, 3.4].
 * @throws EtcdError `E_ETCD_UNAVAILABLE`, `E_ETCD_TLS`, and those of `readPage`
 */
export async function v3State(host: ReadHost, settings: Asked, revision?: number): Promise<V3State> {
  await serverVersion(host, settings);
  const asked = { limit: 1, keysOnly: true, ...(revision === undefined ? {} : { revision }) };
  const page = await readPage(host, settings, asked);
  return {
    revision: page.revision,
    keys: page.count,
    neverUsed: page.kvs.length === 0 && page.count === 0 && page.revision === 1,
  };
}
