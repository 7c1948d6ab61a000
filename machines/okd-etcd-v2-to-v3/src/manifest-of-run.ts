import type { Task } from '@pawl/engine';
import type { Manifest } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { firstEtcdHost, keptManifest, layoutOf } from '@pawl/steps-etcd';
import type { OkdChoices } from './choices';
import { manifestFacts } from './facts';

type Asking = Pick<Task<OkdChoices, ReadHands>, 'hands' | 'facts' | 'run' | 'choices'>;

/**
 * The manifest this run is held to: its sha256 is a fact of the journal. Where the controller's own is lost or damaged, the one
 * that the migration host keeps takes its place.
 * @throws EtcdError `E_ETCD_MANIFEST` where neither is the one
 */
export async function manifestOfRun(task: Asking): Promise<Manifest> {
  const host = firstEtcdHost(task);
  const { digest } = manifestFacts(task, host);
  return keptManifest(task.hands, digest, [{ host, path: layoutOf(task, host).manifest }]);
}
