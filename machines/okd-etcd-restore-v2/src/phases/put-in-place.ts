import { createHash } from 'node:crypto';
import type { Phase, Task } from '@pawl/engine';
import { copyBackup, removeForceFromConf, takeCopy, workCopy, type WorkCopy } from '@pawl/etcd';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { editFile, sh, type Change } from '@pawl/hosts';
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
  readonly changed: boolean;
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
      targets: etcdHosts,
      undoneBy: 'files-back/restore-files',
      verify: 'etcd.conf has no ETCD_FORCE_NEW_CLUSTER: a migration that failed may have left it there',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      look: lookAtConf,
      planned: ({ facts }, target) => ({
        path: etcdSetup({ facts }, target).settings.configFile ?? '/etc/etcd/etcd.conf',
        ...{ sha256: '<of the file>', content: '', changed: true },
      }),
      change: ({ run }, _target, conf) => takeOut(run, conf),
      // The way back tells an edit of ours from somebody else's by it.
      prove: (_task, _job, { path, content, changed }) =>
        Promise.resolve(changed ? { path, sha256: sha256(content) } : { path }),
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

async function lookAtConf({ hands, facts, target }: Task<RestoreChoices, ReadHands>): Promise<Conf> {
  const { configFile } = etcdSetup({ facts }, target).settings;
  if (configFile === null) return { path: '', sha256: '', content: '', changed: false };
  const text = (await hands.on(target).read(['cat', '--', configFile])).stdout.toString('utf8');
  const content = removeForceFromConf(text);
  return { path: configFile, sha256: sha256(text), content, changed: content !== text };
}

function takeOut(run: string, { path, sha256: expectedSha256, content, changed }: Conf): Change {
  if (!changed) return { what: `leave ${path || 'etcd’s settings'} as it is`, script: sh`:` };
  return editFile({ run, path, expectedSha256, content, what: 'ETCD_FORCE_NEW_CLUSTER is taken out' });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
