import { StepFailed, type Phase, type Task } from '@pawl/engine';
import { isHealthy } from '@pawl/etcd';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { releaseUnit, startUnit, stopAndHoldUnit, unitState } from '@pawl/hosts';
import { comesUp, livingEtcdHosts, sequence, unitsAsFound, type FoundUnit } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import { etcdHost } from '../facts';
import { WHY } from '../why';

/** As it was found: what was healthy must be so again; what was broken, or down, is not made better than it was. */
export const etcdBack: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'etcd-back',
  title: 'Release etcd on all hosts, and start it where it ran',
  wayBack: '',
  steps: [
    guardedStep<RestoreChoices, readonly FoundUnit[]>({
      name: 'release-and-start',
      title: 'All members together',
      targets: livingEtcdHosts,
      undoneBy: 'kept',
      verify: 'no unit is held any more; one that ran was started, and one that was healthy is healthy',
      deadlineMs: 900_000,
      retry: { attempts: 2, delayMs: 2_000 },
      look: asFound,
      planned: (scope, target) => [
        { unit: etcdHost(scope, target).settings.unit, ran: true, file: 'enabled' },
      ],
      change: (_scope, _target, found) =>
        sequence('release etcd, and start it where it ran', [
          ...found.map(({ unit }) => releaseUnit(unit)),
          ...found.flatMap(({ unit, ran }) => (ran ? [startUnit(unit, { wait: false })] : [])),
        ]),
      prove: async (task, _job, found) => {
        const seen = await comesUp(task, () => backAsFound(task, found));
        if (seen.up) return { units: found.map(({ unit, ran }) => ({ unit, ran })) };
        throw new StepFailed('E_MEMBER_UNHEALTHY', `${task.target}: etcd is not as it was: ${seen.said}`, {
          hint: 'What was set aside is in its place again. Mend what its log says (`journalctl -u etcd` on that host), and resume: it is started again.',
          facts: seen.facts,
        });
      },
    }),
  ],
};

/** Empty where this run had not come to this host yet: then it is left alone. */
function asFound(task: Task<RestoreChoices, ReadHands>): Promise<readonly FoundUnit[]> {
  const { unit } = etcdHost(task, task.target).settings;
  return unitsAsFound(task, [unit], {
    record: stopAndHoldUnit(unit, { run: task.run, why: WHY.etcd }).record?.name ?? '',
    recordedBy: ['stop-etcd/stop-followers', 'stop-etcd/stop-leader'],
  });
}

async function backAsFound(
  task: Task<RestoreChoices, ReadHands>,
  found: readonly FoundUnit[],
): Promise<{ ready: boolean; said: string }> {
  const host = task.hands.on(task.target);
  const { settings, healthy } = etcdHost(task, task.target);
  for (const { unit } of found)
    if ((await unitState(host, unit)).verdict === 'held') return { ready: false, said: `${unit} is held` };
  if (!healthy) return { ready: true, said: 'it was not healthy before' };
  return { ready: await isHealthy(host, settings), said: 'it is not healthy' };
}
