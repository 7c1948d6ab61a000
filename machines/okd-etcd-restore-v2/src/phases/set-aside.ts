import type { Phase } from '@pawl/engine';
import { setAside as setAsideChange } from '@pawl/etcd';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { etcdHosts, layoutOf } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';

/** What stands there now is kept, whatever it is: what was written to v3 is in it, and in nothing else. */
export const setAside: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'set-aside',
  title: 'Move the present data aside',
  wayBack: 'It is renamed back.',
  rollbackAt: 'masters-down',
  steps: [
    guardedStep<RestoreChoices, undefined>({
      name: 'present',
      title: 'Rename `member` on every etcd host that has one',
      targets: etcdHosts,
      undoneBy: 'originals-back/rename-back',
      verify: 'what was there stands in the run’s folder, and no `member` is left',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      change: (scope, target) => setAsideChange(layoutOf(scope, target), { mayBeAbsent: true }),
      prove: (_task, job) => Promise.resolve({ files: job.recorded ?? null }),
    }),
  ],
};
