import { createHash } from 'node:crypto';
import type { Phase, Task } from '@pawl/engine';
import { copyBackup, removeForceFromConf, takeCopy, workCopy, type WorkCopy } from '@pawl/etcd';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { editFile } from '@pawl/hosts';
import {
  backupSeen,
  etcdHosts,
  etcdSetup,
  firstEtcdHost,
  layoutOf,
  ownerOf,
  type ReadFacts,
} from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';

interface Conf {
  readonly path: string;
  readonly sha256: string;
  readonly content: string;
}

export const putInPlace: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'put-in-place',
  title: 'Put the backup in the place of the data, on one host',
  wayBack: 'It moves away, and what was set aside is renamed back.',
  rollbackAt: 'masters-down',
  steps: [
    guardedStep<RestoreChoices, Conf>({
      name: 'conf',
      title: 'No etcd.conf forces a new cluster',
      targets: (scope) => etcdHosts(scope).filter((host) => confOf(scope, host) !== null),
      undoneBy: 'files-back/restore-files',
      verify: 'etcd.conf has no ETCD_FORCE_NEW_CLUSTER: a migration that failed may have left it there',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      look: lookAtConf,
      planned: (scope, target) => ({
        path: confOf(scope, target) ?? '',
        ...{ sha256: '<of the file>', content: '' },
      }),
      change: ({ run }, _target, { path, sha256: expectedSha256, content }) =>
        editFile({ run, path, expectedSha256, content, what: 'ETCD_FORCE_NEW_CLUSTER is taken out' }),
      // The way back tells an edit of ours from somebody else's by it.
      prove: (_task, _job, { path, content }) => Promise.resolve({ path, sha256: sha256(content) }),
    }),
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

const confOf = (scope: ReadFacts, host: string): string | null => etcdSetup(scope, host).settings.configFile;

/** One without such a line is left alone. */
async function lookAtConf(task: Task<RestoreChoices, ReadHands>): Promise<Conf> {
  const path = confOf(task, task.target) ?? '';
  const text = (await task.hands.on(task.target).read(['cat', '--', path])).stdout.toString('utf8');
  return { path, sha256: sha256(text), content: removeForceFromConf(text) };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
