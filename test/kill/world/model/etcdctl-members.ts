import { failed, said, type Answer } from '../calls';
import { commit, idOf, type Cluster } from './cluster';
import type { EtcdWorld } from './etcd-world';
import { decimal, header } from './ids';

export function memberList(cluster: Cluster, json: boolean): Answer {
  const { members } = cluster.wal;
  if (!json) {
    return said(
      members
        .map(
          ({ id, name, peerUrl, clientUrl }) =>
            `${id}, ${name === '' ? 'unstarted' : 'started'}, ${name}, ${peerUrl}, ${clientUrl}\n`,
        )
        .join(''),
    );
  }
  const list = members.map(
    ({ id, name, peerUrl, clientUrl }) =>
      [
        `{"ID":${decimal(id)}`,
        ...(name === '' ? [] : [`"name":"${name}"`]),
        `"peerURLs":["${peerUrl}"]`,
        ...(clientUrl === '' ? [] : [`"clientURLs":["${clientUrl}"]`]),
      ].join(',') + '}',
  );
  return said(`{"header":{${header(cluster)},"raft_term":2},"members":[${list.join(',')}]}\n`);
}

export function memberAdd(world: EtcdWorld, cluster: Cluster, name: string, peerUrl: string): Answer {
  const { wal, quorum, me } = cluster;
  if (wal.members.some((member) => member.peerUrl === peerUrl))
    return failed('Error:  etcdserver: Peer URLs already exists\n');
  if (wal.members.some((member) => member.name === ''))
    return failed('Error:  etcdserver: re-configuration failed due to not enough started members\n');
  if (!quorum) return failed('Error:  etcdserver: unhealthy cluster\n');
  // etcd takes the time as well; here a run that is made anew gets the same ids, so that its end can be compared.
  const id = idOf(`${peerUrl} of ${wal.cluster}`);
  const members = [...wal.members, { id, name: '', peerUrl, clientUrl: '' }];
  commit(cluster, { wal: () => ({ members }) });
  world.effect(me.host, `member add ${name}`);
  const list = members
    .map((member) => `${member.name === '' ? name : member.name}=${member.peerUrl}`)
    .join(',');
  return said(
    `Member ${id} added to cluster ${wal.cluster}\n\nETCD_NAME="${name}"\nETCD_INITIAL_CLUSTER="${list}"\nETCD_INITIAL_CLUSTER_STATE="existing"\n`,
  );
}

export function memberUpdate(world: EtcdWorld, cluster: Cluster, id: string, peerUrl: string): Answer {
  const { wal, quorum, me } = cluster;
  if (!quorum) return failed('Error:  context deadline exceeded\n');
  if (!wal.members.some((member) => member.id === id))
    return failed('Error:  etcdserver: member not found\n');
  commit(cluster, {
    wal: ({ members }) => ({
      members: members.map((member) => (member.id === id ? { ...member, peerUrl } : member)),
    }),
  });
  world.effect(me.host, 'member update');
  return said(`Member ${id.padStart(16)} updated in cluster ${wal.cluster}\n`);
}
