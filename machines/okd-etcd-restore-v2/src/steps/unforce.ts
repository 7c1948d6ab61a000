import { createHash } from 'node:crypto';
import type { Task } from '@pawl/engine';
import { removeForceFromConf } from '@pawl/etcd';
import { guardedStep, type GuardedStep, type ReadHands } from '@pawl/fleet';
import { editFile } from '@pawl/hosts';
import { etcdHosts, etcdSetup, textOn, type ReadFacts } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';

interface Conf {
  readonly path: string;
  readonly sha256: string;
  readonly content: string;
}

/**
 * A migration that failed leaves ETCD_FORCE_NEW_CLUSTER in etcd.conf: the next start, whoever makes it, would throw out all other
 * members. It is taken out before anything is stopped, and for good: the way back does not bring it back, whichever step it begins
 * from. The file as it was is kept under `runs/RUN/forced`. One without such a line is left alone; a running etcd is not touched.
 */
export function unforce(): GuardedStep<RestoreChoices> {
  return guardedStep<RestoreChoices, Conf>({
    name: 'unforce',
    title: 'No etcd.conf forces a new cluster any more',
    targets: (scope) => etcdHosts(scope).filter((host) => confOf(scope, host) !== null),
    undoneBy: 'kept',
    verify: 'etcd.conf has no ETCD_FORCE_NEW_CLUSTER: a migration that failed may have left it there',
    deadlineMs: 60_000,
    retry: { attempts: 2, delayMs: 1_000 },
    look: async (task) => look(task),
    planned: (scope, target) => ({
      path: confOf(scope, target) ?? '',
      ...{ sha256: '<of the file>', content: '' },
    }),
    change: ({ run }, _target, { path, sha256: expectedSha256, content }) =>
      editFile({
        ...{ run, path, expectedSha256, content, keptIn: 'forced' },
        what: 'ETCD_FORCE_NEW_CLUSTER is taken out',
      }),
  });
}

const confOf = (scope: ReadFacts, host: string): string | null => etcdSetup(scope, host).settings.configFile;

async function look(task: Task<RestoreChoices, ReadHands>): Promise<Conf> {
  const path = confOf(task, task.target) ?? '';
  const text = await textOn(task.hands.on(task.target), path);
  return {
    path,
    sha256: createHash('sha256').update(text).digest('hex'),
    content: removeForceFromConf(text),
  };
}
