import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import type { Task } from '@pawl/engine';
import { EtcdError, readManifestFile, type Manifest } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { firstEtcdHost, layoutOf, referencePath } from '@pawl/steps-etcd';
import type { OkdChoices } from './choices';
import { manifestFacts } from './facts';

type Asking = Pick<Task<OkdChoices, ReadHands>, 'hands' | 'facts' | 'run' | 'choices'>;

/**
 * The manifest this run is held to: its sha256 is a fact of the journal. Where the controller's own is lost or damaged, the one
 * that the migration host keeps takes its place.
 * @throws EtcdError `E_ETCD_MANIFEST` where neither is the one
 */
export async function manifestOfRun(task: Asking): Promise<Manifest> {
  const { digest } = manifestFacts(task, firstEtcdHost(task));
  const path = referencePath(task.hands, digest);
  try {
    return await readManifestFile(path, digest);
  } catch (error) {
    if (!(error instanceof EtcdError) || error.code !== 'E_ETCD_MANIFEST') throw error;
    const kept = await keptOnHost(task);
    if (kept === undefined || sha256(kept) !== digest) throw error;
    await writeFile(`${path}.part`, kept, { mode: 0o600 });
    await rename(`${path}.part`, path);
    return readManifestFile(path, digest);
  }
}

/** 100,000 keys are 20 MB. */
const MOST_BYTES = 512 * 1024 * 1024;

async function keptOnHost(task: Asking): Promise<Buffer | undefined> {
  const host = firstEtcdHost(task);
  const path = layoutOf(task, host).manifest;
  const read = await task.hands.on(host).read(['cat', '--', path], { maxBytes: MOST_BYTES });
  return read.exit === 0 ? read.stdout : undefined;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
