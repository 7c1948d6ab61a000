import { filledV2 } from './fill';
import { onHost, treeOf } from './host-tree';
import { idOf } from './model/cluster';
import { EMPTY_DB, writeDb, writeWal } from './model/member-data';
import { etcdOf, type Shape } from './shape';

/** The members as they were before anybody migrated anything. */
export function writeMembers(dir: string, shape: Shape): void {
  const members = etcdOf(shape).map(({ hostname, address }) => ({
    id: idOf(hostname),
    name: hostname,
    peerUrl: `https://${address}:2380`,
    clientUrl: `https://${address}:2379`,
  }));
  const v2 = filledV2(Date.now());
  for (const { name, hostname } of etcdOf(shape)) {
    const member = onHost(treeOf(dir, name), '/var/lib/etcd/member');
    writeDb(member, EMPTY_DB);
    const me = idOf(hostname);
    writeWal(member, {
      member: me,
      cluster: idOf('cluster'),
      lineage: 'first',
      members,
      raftIndex: 20 + v2.index,
      v2,
    });
  }
}
