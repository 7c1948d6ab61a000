import { StepBlocked, StepFailed, type Scope, type Task } from '@pawl/engine';
import { memberList, memberUpdatePeer, type Member } from '@pawl/etcd';
import { guardedStep, type GuardedStep, type ReadHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { etcdSetup } from '../facts';
import { firstEtcdHost } from '../hosts-of';

/** A forced member keeps its peer URL where it is in the configuration, and says localhost where it is not. */
export function correctPeerUrl(): GuardedStep<ClusterChoices> {
  return guardedStep<ClusterChoices, { readonly id: string; readonly peerUrl: string }>({
    name: 'peer-url',
    title: 'The member is reached by its peers where its configuration says',
    targets: (scope) => [firstEtcdHost(scope)],
    undoneBy: 'originals-back/set-new-aside',
    verify: 'member list shows the configured peer URL',
    deadlineMs: 60_000,
    retry: { attempts: 5, delayMs: 1_000 },
    look: async (task) => {
      const [member] = await members(task);
      return { id: member?.id ?? '', peerUrl: peerUrl(task, task.target) };
    },
    planned: (scope, target) => ({ id: '0', peerUrl: peerUrl(scope, target) }),
    change: ({ facts }, target, { id, peerUrl: url }) =>
      memberUpdatePeer(etcdSetup({ facts }, target).settings, id, url),
    prove: async (task, _job, { peerUrl: wanted }) => {
      const [member] = await members(task);
      if (member?.peerUrls.length !== 1 || member.peerUrls[0] !== wanted)
        throw new StepFailed(
          'E_PEER_URL',
          `${task.target}: the member is listed with ${member?.peerUrls.join(', ') ?? 'no URL'}, not ${wanted}`,
          {
            where: task.target,
            hint: 'Somebody else changes the members of this cluster: find out who. `etcdctl member list` there shows it. Then resume: it is set anew.',
          },
        );
      return { id: member.id, peerUrl: wanted };
    },
  });
}

function peerUrl(scope: Scope<ClusterChoices>, host: string): string {
  const [url] = etcdSetup(scope, host).settings.initialAdvertisePeerUrls;
  if (url === undefined)
    throw new StepBlocked('E_PEER_URL', `${host}: ETCD_INITIAL_ADVERTISE_PEER_URLS names no peer URL`, {
      where: host,
      hint: 'Go back (`pawl rollback`), set it in etcd.conf there, and begin anew: what is set there is read by preflight.',
    });
  return url;
}

function members(task: Task<ClusterChoices, ReadHands>): Promise<readonly Member[]> {
  return memberList(task.hands.on(task.target), etcdSetup(task, task.target).settings);
}
