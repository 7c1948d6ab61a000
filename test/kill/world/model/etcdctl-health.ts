import { failed, said, type Answer, type Call } from '../calls';
import { clusterOf } from './cluster';
import { ETCD_VERSION, type EtcdWorld } from './etcd-world';
import { decimal, header } from './ids';
import { readWal } from './member-data';

export function endpointStatus(world: EtcdWorld, call: Call, endpoints: readonly string[]): Answer {
  const statuses = endpoints.flatMap((url) => {
    const me = world.reached(call, url);
    if (me === undefined) return [];
    const cluster = clusterOf(me, world.running(), world.now());
    const leader =
      cluster.leader === undefined ? '' : `"leader":${decimal(readWal(cluster.leader.member)!.member)},`;
    return [
      `{"Endpoint":"${url}","Status":{"header":{${header(cluster)},"revision":${Math.max(1, cluster.db.revision)},"raft_term":2},"version":"${ETCD_VERSION}","dbSize":24576,${leader}"raftIndex":${cluster.wal.raftIndex},"raftTerm":2}}`,
    ];
  });
  const silent = endpoints.filter((url) => world.reached(call, url) === undefined);
  const stdout = statuses.length === 0 ? '' : `[${statuses.join(',')}]\n`;
  const complaint = (url: string): string =>
    `Failed to get the status of endpoint ${url} (context deadline exceeded)\n`;
  return silent.length === 0 ? said(stdout) : failed(silent.map(complaint).join(''), 1, stdout);
}

export function clusterHealth(world: EtcdWorld, call: Call, endpoints: readonly string[]): Answer {
  const me = endpoints.map((url) => world.reached(call, url)).find((found) => found !== undefined);
  if (me === undefined) {
    const why = `client: etcd cluster is unavailable or misconfigured; error #0: dial tcp ${endpoints[0] ?? ''}: connect: connection refused`;
    return failed(`Error:  ${why}\n`, 4, 'cluster may be unhealthy: failed to list members\n');
  }
  const { wal, quorum, group } = clusterOf(me, world.running(), world.now());
  const lines = wal.members.flatMap(({ id, name, clientUrl }) => {
    if (name === '') return `member ${id} is unreachable: no available published client urls`;
    const up = group.some(({ member }) => readWal(member)!.member === id);
    const why = `Get "${clientUrl}/health": dial tcp ${clientUrl.replace('https://', '')}: connect: connection refused`;
    if (!up)
      return [
        `failed to check the health of member ${id} on ${clientUrl}: ${why}`,
        `member ${id} is unreachable: [${clientUrl}] are all unreachable`,
      ];
    return quorum
      ? `member ${id} is healthy: got healthy result from ${clientUrl}`
      : `member ${id} is unhealthy: got unhealthy result from ${clientUrl}`;
  });
  const text = `${lines.join('\n')}\ncluster is ${quorum ? 'healthy' : 'unhealthy'}\n`;
  return quorum ? said(text) : failed('', 5, text);
}
