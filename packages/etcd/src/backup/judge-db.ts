import type { ReadHost } from '@pawl/hosts';
import { snapshotStatus } from '../cluster/ask';
import { EtcdError } from '../errors';

export type DbVerdict = { readonly good: true } | { readonly good: false; readonly why: string };

/** Whether a db file that no etcd has open never held v3 data. One that can't be read (a copy of a running etcd's) is no good. */
export async function judgeDb(host: ReadHost, path: string): Promise<DbVerdict> {
  try {
    const { revision } = await snapshotStatus(host, path);
    return revision === 0
      ? { good: true }
      : { good: false, why: `${path} holds v3 data (revision ${revision})` };
  } catch (error) {
    if (error instanceof EtcdError) return { good: false, why: `${path} can't be read: ${error.message}` };
    throw error;
  }
}
