import type { Lab } from '@pawl/lab';
import { etcdOf, sh } from '../lab/lab-hosts';

const TLS = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';

/** The steps that tell a leader from its followers are read off a cluster that its first host leads. After a boot any may. */
export async function firstLeads(lab: Lab): Promise<void> {
  const [first] = etcdOf(lab);
  const url = `https://${first?.address ?? ''}:2379`;
  const all = etcdOf(lab).map(({ address }) => `https://${address}:2379`);
  const etcdctl = (endpoints: string): string => `ETCDCTL_API=3 etcdctl --endpoints ${endpoints} ${TLS}`;
  await sh(
    lab,
    first?.name ?? '',
    `tries=0
until curl -s ${TLS} ${url}/v2/stats/self | grep -q '"state":"StateLeader"'; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || exit 1
  me=$(${etcdctl(url)} member list | sed -n 's#^\\([0-9a-f]*\\),.*${url}.*#\\1#p')
  ${etcdctl(all.join(','))} move-leader "$me" || sleep 0.2
done`,
  );
}
