import type { Task } from '@pawl/engine';
import { isHealthy, memberList } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { etcdSetup } from '../facts';

/** Whether the target is a healthy cluster of one. */
export async function alone(
  task: Task<ClusterChoices, ReadHands>,
): Promise<{ ready: boolean; said: string }> {
  const host = task.hands.on(task.target);
  const { settings } = etcdSetup(task, task.target);
  if (!(await isHealthy(host, settings))) return { ready: false, said: 'not healthy' };
  const list = await memberList(host, settings);
  return list.length === 1
    ? { ready: true, said: 'one member' }
    : { ready: false, said: `${list.length} members` };
}
