import { execInside } from './exec-inside';
import { isRunning } from './machine';
import { etcdGet } from './ready';
import { isEtcd, labHosts, type LabHost } from './spec';
import type { LabState } from './state';

/** Followers first, then the leader: all at once takes 7 s and more, since the leader tries to hand over. */
export async function stopEtcdInOrder(state: LabState): Promise<void> {
  const hosts = labHosts(state.spec, state.network).filter((host) => isEtcd(host) && isRunning(state, host));
  const leads = await Promise.all(hosts.map(async (host) => isLeader(state, host)));
  const stop = async (host: LabHost): Promise<unknown> =>
    execInside(state, host, ['systemctl', 'stop', 'etcd']);
  await Promise.all(hosts.filter((_, n) => leads[n] !== true).map(stop));
  await Promise.all(hosts.filter((_, n) => leads[n] === true).map(stop));
}

/** A member that does not answer leads nobody. */
async function isLeader(state: LabState, host: LabHost): Promise<boolean> {
  const { body } = await etcdGet(state, host, '/v2/stats/self').catch(() => ({ body: '' }));
  return body.includes('"StateLeader"');
}
