import { rename, writeFile } from 'node:fs/promises';
import type { Task } from '@pawl/engine';
import { EtcdError, readManifestFile, type Manifest } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { referencePath } from '../reference';
import { backupSeen } from './backups';

export interface Beside {
  readonly digest: string;
  readonly manifest?: Manifest;
  /** Why it can't be used. */
  readonly why?: string;
}

/** 100,000 keys are 20 MB. */
const MOST_BYTES = 512 * 1024 * 1024;

/** The manifest of the Pawl run that made a backup, from its folder on the host. undefined: there is none. */
export async function manifestBeside(
  task: Task<ClusterChoices, ReadHands>,
  expected: string | null,
): Promise<Beside | undefined> {
  const { backup, manifestDigest: digest } = backupSeen(task, task.target);
  if (backup.manifest === null || digest === null) return undefined;
  if (expected !== null && digest !== expected)
    return { digest, why: `${backup.manifest} is not the one that the run has written down` };
  const path = referencePath(task.hands, digest);
  const read = await task.hands
    .on(task.target)
    .read(['cat', '--', backup.manifest], { maxBytes: MOST_BYTES });
  await writeFile(`${path}.part`, read.stdout, { mode: 0o600 });
  await rename(`${path}.part`, path);
  try {
    return { digest, manifest: await readManifestFile(path, digest) };
  } catch (error) {
    if (!(error instanceof EtcdError) || error.code !== 'E_ETCD_MANIFEST') throw error;
    return { digest, why: `${backup.manifest}: ${error.message}` };
  }
}
