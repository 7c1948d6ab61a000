import type { Phase, Task } from '@pawl/engine';
import { EtcdError, sampleConvergence } from '@pawl/etcd';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { etcdHosts, stopEtcdStep, type ReadFacts } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import { etcdHost } from '../facts';
import { WHY } from '../why';

/** Followers first, the leader last, where there is one: a leader that stops first tries to hand over to members that stop (7 to 11 s, measured). */
export const stopEtcd: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'stop-etcd',
  title: 'Stop and hold etcd on every host',
  wayBack: 'etcd is released, and started where it ran.',
  rollbackAt: 'etcd-back',
  steps: [
    readStep<RestoreChoices>({
      name: 'who-leads',
      title: 'Who leads, if anybody does?',
      verify: 'the leader is known, or there is none to be asked',
      deadlineMs: 60_000,
      describe: () => ['# etcdctl endpoint status: who leads?'],
      run: async (task) => ({ leader: await leaderOf(task) }),
    }),
    stopEtcdStep({
      name: 'stop-followers',
      title: 'All but the leader',
      undoneBy: 'etcd-back/release-and-start',
      why: WHY.etcd,
      hurry: true,
      targets: (scope) => etcdHosts(scope).filter((host) => host !== leader(scope)),
    }),
    stopEtcdStep({
      name: 'stop-leader',
      title: 'The leader',
      undoneBy: 'etcd-back/release-and-start',
      why: WHY.etcd,
      hurry: true,
      targets: (scope) => etcdHosts(scope).filter((host) => host === leader(scope)),
    }),
  ],
};

const leader = ({ facts }: ReadFacts): unknown => facts.of('stop-etcd/who-leads')['leader'];

/** null where nobody answers: then the order does not matter. */
async function leaderOf(task: Task<RestoreChoices, ReadHands>): Promise<string | null> {
  const healthy = etcdHosts(task).filter((host) => etcdHost(task, host).healthy);
  const endpointOf = (host: string): string => etcdHost(task, host).settings.clientEndpoint;
  const [first] = healthy;
  if (first === undefined) return null;
  try {
    const { leaderEndpoint } = await sampleConvergence(
      task.hands.on(first),
      etcdHost(task, first).settings,
      healthy.map(endpointOf),
    );
    return healthy.find((host) => endpointOf(host) === leaderEndpoint) ?? null;
  } catch (error) {
    if (error instanceof EtcdError) return null;
    throw error;
  }
}
