import type { Phase } from '@pawl/engine';
import { copyBackup, takeCopy, workCopy, type WorkCopy } from '@pawl/etcd';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { backupSeen, etcdSetup, firstEtcdHost, layoutOf, ownerOf, type ReadFacts } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';

export const putInPlace: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'put-in-place',
  title: 'Put the backup in the place of the data, on one host',
  wayBack: 'It moves away, and what was set aside is renamed back.',
  rollbackAt: 'masters-down',
  steps: [
    guardedStep<RestoreChoices, undefined>({
      name: 'copy',
      title: 'Copy the backup, owned and labelled as etcd’s data is',
      targets: (scope) => [firstEtcdHost(scope)],
      undoneBy: 'kept',
      verify:
        'the copy holds the same snapshots and WAL with the same sha256, and a database that never held v3',
      deadlineMs: 3_600_000,
      retry: { attempts: 2, delayMs: 2_000 },
      change: (scope, target) => {
        const { backup, db } = backupSeen(scope, target);
        return copyBackup(backup, db, copyOf(scope, scope.run, target), ownerOf(scope, target));
      },
    }),
    guardedStep<RestoreChoices, undefined>({
      name: 'promote',
      title: 'The copy becomes `member`',
      targets: (scope) => [firstEtcdHost(scope)],
      undoneBy: 'originals-back/set-new-aside',
      verify: 'it stands in the data directory, where nothing was',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      change: (scope, target) => takeCopy(layoutOf(scope, target), copyOf(scope, scope.run, target)),
    }),
  ],
};

export const copyOf = (scope: ReadFacts, run: string, host: string): WorkCopy =>
  workCopy(etcdSetup(scope, host).settings, run, 1);
