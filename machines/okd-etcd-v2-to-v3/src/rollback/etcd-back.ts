import { StepFailed, type Phase, type Task } from '@pawl/engine';
import { isHealthy, memberList } from '@pawl/etcd';
import { guardedStep, readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { releaseUnit, startUnit } from '@pawl/hosts';
import { comesUp, firstLivingEtcdHost, livingEtcdHosts, sequence } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { clusterFacts, etcdHost } from '../facts';

/** All together, and only now that every original stands in its place: a member alone waits for the others. */
export const etcdBack: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'etcd-back',
  title: 'Release and start etcd on all hosts together',
  wayBack: '',
  steps: [
    guardedStep<OkdChoices, undefined>({
      name: 'release-and-start',
      title: 'All members',
      targets: livingEtcdHosts,
      undoneBy: 'kept',
      verify: 'every member is healthy by its own answer, and not held any more',
      deadlineMs: 900_000,
      retry: { attempts: 2, delayMs: 2_000 },
      change: ({ facts }, target) => {
        const { unit } = etcdHost({ facts }, target).settings;
        return sequence('release and start etcd', [releaseUnit(unit), startUnit(unit, { wait: false })]);
      },
      prove: async (task) => {
        const { hands, target } = task;
        const { settings } = etcdHost(task, target);
        const seen = await comesUp(task, async () => ({
          ready: await isHealthy(hands.on(target), settings),
          said: 'it does not answer as healthy',
        }));
        if (seen.up) return { healthy: true };
        throw new StepFailed('E_MEMBER_UNHEALTHY', `${target}: etcd does not become healthy: ${seen.said}`, {
          hint: 'The originals are in their place, and no master has been started. Mend what its log says (`journalctl -u etcd` on that host), and resume: it is started again. One that waits for another member comes up with it.',
          facts: seen.facts,
        });
      },
    }),
    readStep<OkdChoices>({
      name: 'members-as-before',
      title: 'The original members, and no other',
      verify: 'the member list has the ids that preflight saw',
      deadlineMs: 60_000,
      retry: { attempts: 20, delayMs: 500 },
      describe: () => ['# etcdctl member list: the ids that preflight saw'],
      run: membersAsBefore,
    }),
  ],
};

async function membersAsBefore(task: Task<OkdChoices, ReadHands>): Promise<{ members: readonly string[] }> {
  const host = firstLivingEtcdHost(task);
  const found = await memberList(task.hands.on(host), etcdHost(task, host).settings);
  const [is, was] = [found, clusterFacts(task).members].map((list) => list.map(({ id }) => id).toSorted());
  if (is?.join() === was?.join()) return { members: is ?? [] };
  throw new StepFailed(
    'E_MEMBERS_DIFFER',
    `the cluster has the members ${is?.join(', ') ?? ''}, and before the run it had ${was?.join(', ') ?? ''}`,
    { hint: 'No master has been started. Find out which data directory is not the original.' },
  );
}
