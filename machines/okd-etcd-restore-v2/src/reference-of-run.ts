import { StepBlocked, StepFailed, type Task } from '@pawl/engine';
import { EtcdError, type Manifest } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { backupSeen, comparedFacts, keptManifest, keptReference, type Compared } from '@pawl/steps-etcd';
import type { RestoreChoices } from './choices';

type Asking = Pick<Task<RestoreChoices, ReadHands>, 'hands' | 'facts' | 'run' | 'choices'>;

/** What the rehearsal found in the backup. */
function rehearsed({ facts, choices }: Asking): Compared {
  const compared = comparedFacts({ facts }, choices.from.host);
  if (compared !== undefined) return compared;
  throw new StepFailed('E_NOT_REHEARSED', 'what the backup holds was not written down', {
    hint: 'The rehearsal of this run says so, and its record is not in this database. Put the newer database back, or go back: pawl rollback.',
  });
}

/**
 * What the restored members are held to: the manifest of the run that made the backup, else what the rehearsal has read. Where the
 * controller's own is lost, the one that the restore host keeps takes its place, or the manifest beside the backup.
 * @throws EtcdError `E_ETCD_MANIFEST` where none is the one
 */
export async function referenceOfRun(task: Asking): Promise<Manifest> {
  const { reference } = rehearsed(task);
  const { host } = task.choices.from;
  const { manifest } = backupSeen(task, host).backup;
  return keptManifest(task.hands, reference, [
    { host, path: keptReference(task.run) },
    ...(manifest === null ? [] : [{ host, path: manifest }]),
  ]);
}

/** Before anything is stopped: without it no member could be proven, and the masters would stay down. */
export async function referenceIsThere(task: Asking): Promise<void> {
  try {
    await referenceOfRun(task);
  } catch (error) {
    if (!(error instanceof EtcdError) || error.code !== 'E_ETCD_MANIFEST') throw error;
    throw new StepBlocked(
      'E_NOT_REHEARSED',
      `what the rehearsal has written down of the backup is not there any more, neither here nor on ${task.choices.from.host}`,
      {
        hint: `Nothing was stopped. Without it no restored member can be proven: take this run back (\`pawl rollback ${task.run}\`), and begin another.`,
        cause: error,
      },
    );
  }
}
