import type { Lab } from '@pawl/lab';
import { etcdOf, mastersOf, sh } from '../../../../test/lab/lab-hosts';

/** What was written, each by its key. */
export interface V3Writes {
  readonly created: readonly string[];
  readonly overwritten: readonly string[];
  readonly deleted: readonly string[];
}

/**
 * A cluster that has lived on v3: its first master writes new keys and others anew, and some that v2 still holds are deleted. So
 * v2's copy is older in every way that it can be.
 *
 * @param existing keys without a TTL; the first half of `count` of them is overwritten, the second deleted
 */
export async function weeksOfV3Writes(lab: Lab, existing: readonly string[], count = 6): Promise<V3Writes> {
  const [master] = mastersOf(lab);
  const [etcd] = etcdOf(lab);
  if (master === undefined || etcd === undefined || existing.length < count)
    throw new TypeError('a lab that nobody can write to');
  const created = Array.from(
    { length: count },
    (_, n) => `/kubernetes.io/configmaps/weeks-later/number-${n}`,
  );
  const overwritten = existing.slice(0, count / 2);
  const deleted = existing.slice(count / 2, count);
  for (const key of [...created, ...overwritten]) {
    const { status } = await lab.api(
      master.name,
      `/lab/put?key=${encodeURIComponent(key)}&value=weeks-later`,
    );
    if (status !== 200) throw new Error(`${key}: ${status}`);
  }
  const tls = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
  for (const key of deleted)
    await sh(
      lab,
      etcd.name,
      `ETCDCTL_API=3 etcdctl --endpoints https://${etcd.address}:2379 ${tls} del -- '${key}'`,
    );
  return { created, overwritten, deleted };
}
