import { StepFailed, type Scope } from '@pawl/engine';
import { removeForceDropin } from '@pawl/etcd';
import { guardedStep, type GuardedStep } from '@pawl/fleet';
import { releaseUnit, startUnit, stopUnit, unitState } from '@pawl/hosts';
import { sequence } from '../changes/sequence';
import type { ClusterChoices } from '../cluster-choices';
import { etcdSetup } from '../facts';
import { firstEtcdHost } from '../hosts-of';
import { alone } from './alone';
import { comesUp } from './comes-up';
import { notStopped } from './not-stopped';
import { provenClean } from './proven-clean';

/** The hold still stands under the drop-in: when that is gone, nothing starts etcd before the next step does. */
export function endForced(): GuardedStep<ClusterChoices> {
  return guardedStep<ClusterChoices, undefined>({
    name: 'end-forced',
    title: 'Stop it, and take the forcing away',
    targets: (scope) => [firstEtcdHost(scope)],
    undoneBy: 'force-gone/remove-force',
    verify: 'etcd.conf, unit and drop-ins name no force-new-cluster, and the unit is held',
    deadlineMs: 240_000,
    retry: { attempts: 3, delayMs: 2_000 },
    change: ({ facts }, target) => {
      const unit = unitOf({ facts }, target);
      return sequence('stop etcd and take the forcing away', [removeForceDropin(unit), stopUnit(unit)]);
    },
    prove: async (task) => {
      await provenClean(task);
      const state = await unitState(task.hands.on(task.target), unitOf(task, task.target));
      if (state.verdict !== 'held')
        throw new StepFailed(
          'E_NOT_STOPPED',
          `${task.target}: ${state.unit} is ${state.active}/${state.sub}, not held`,
          { where: task.target, hint: notStopped(state.unit) },
        );
      return { clean: true };
    },
  });
}

export function startClean(): GuardedStep<ClusterChoices> {
  return guardedStep<ClusterChoices, undefined>({
    name: 'start-clean',
    title: 'Start it as it will run from now on',
    targets: (scope) => [firstEtcdHost(scope)],
    undoneBy: 'etcd-down/stop-and-hold',
    verify: 'it is healthy and the only member, and its process was not started with force-new-cluster',
    deadlineMs: 900_000,
    retry: { attempts: 2, delayMs: 2_000 },
    change: ({ facts }, target) => {
      const unit = unitOf({ facts }, target);
      return sequence('release and start etcd', [releaseUnit(unit), startUnit(unit, { wait: false })]);
    },
    prove: async (task) => {
      const seen = await comesUp(task, () => alone(task));
      if (!seen.up)
        throw new StepFailed('E_NOT_FORMED', `${task.target}: etcd does not come up clean: ${seen.said}`, {
          hint: 'Mend what its log says (`journalctl -u etcd` on that host), and resume: it is started again, without any forcing. Nothing is lost: the originals are untouched, and the way back is open.',
          facts: seen.facts,
        });
      await provenClean(task);
      return { said: seen.said };
    },
  });
}

const unitOf = ({ facts }: Pick<Scope<ClusterChoices>, 'facts'>, host: string): string =>
  etcdSetup({ facts }, host).settings.unit;
