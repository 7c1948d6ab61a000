import { StepFailed, type Task } from '@pawl/engine';
import { nextStartIsClean } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { etcdSetup } from '../facts';

/** @throws StepFailed `E_FORCE_LEFT` where the target's next start would force a new cluster */
export async function provenClean(task: Task<ClusterChoices, ReadHands>): Promise<void> {
  const next = await nextStartIsClean(task.hands.on(task.target), etcdSetup(task, task.target).settings.unit);
  if (!next.clean)
    throw new StepFailed(
      'E_FORCE_LEFT',
      `${task.target}: force-new-cluster is left: ${next.found.join('; ')}`,
      {
        hint: 'Don’t restart etcd: it would throw out every other member.',
      },
    );
}
