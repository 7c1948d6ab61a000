import type { Phase, Scope } from '@pawl/engine';
import { copyMember, discardCopy, setAside as setAsideChange } from '@pawl/etcd';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { allHeld, etcdHosts, layoutOf, firstEtcdHost } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { presentRound } from '../facts';
import { copyOf } from '../copy-of';

/** From here on nothing ever writes to an original; only a rename brings it back. */
export const setAside: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'set-aside',
  title: 'Set the originals aside, and make a work copy',
  wayBack: 'The originals are renamed back.',
  rollbackAt: 'masters-down',
  steps: [
    guardedStep<OkdChoices, undefined>({
      name: 'originals',
      title: 'Rename `member` on every etcd host',
      targets: etcdHosts,
      undoneBy: 'originals-back/rename-back',
      verify: 'the original stands in the run’s folder, and no `member` is left',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      first: allHeld,
      change: (scope, target) => setAsideChange(layoutOf(scope, target)),
      prove: (_task, job) => Promise.resolve({ files: job.recorded ?? null }),
    }),
    guardedStep<OkdChoices, undefined>({
      name: 'discard-spent',
      title: 'Move a copy that came to nothing aside',
      targets: (scope) => (presentRound(scope, firstEtcdHost(scope)) > 0 ? [firstEtcdHost(scope)] : []),
      undoneBy: 'kept',
      verify: 'the last copy that failed is kept as evidence, and no earlier one',
      deadlineMs: 600_000,
      retry: { attempts: 2, delayMs: 1_000 },
      change: (scope, target) => discardCopy(copyOf(scope, target)),
    }),
    guardedStep<OkdChoices, undefined>({
      name: 'copy',
      title: 'A work copy of the migration host’s original',
      targets: (scope) => [firstEtcdHost(scope)],
      undoneBy: 'kept',
      verify:
        'the copy holds the same files with the same sha256, and no file of it is linked to the original',
      deadlineMs: 3_600_000,
      retry: { attempts: 2, delayMs: 1_000 },
      first: allHeld,
      change: (scope, target) =>
        copyMember(layoutOf(scope, target), copyOf(scope, target, nextRound(scope, target))),
      prove: (task, job) =>
        Promise.resolve({ round: nextRound(task, task.target), printed: job.stdout.trim() }),
    }),
  ],
};

/** Each time this step is done it makes the next copy: a spent one is never used again. */
const nextRound = (scope: Scope<OkdChoices>, target: string): number => presentRound(scope, target) + 1;
