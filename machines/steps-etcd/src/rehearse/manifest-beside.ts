import { rename, writeFile } from 'node:fs/promises';
import type { Task } from '@pawl/engine';
import { EtcdError, readManifestFile, type Manifest } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { referencePath } from '../reference';
import { bytesOn } from '../text-on';
import { backupSeen, type BackupSeen } from './backups';

export interface Beside {
  readonly digest: string;
  readonly manifest?: Manifest;
  /** Why it can't be used. */
  readonly why?: string;
}

/** 100,000 keys are 20 MB. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * The manifest of the Pawl run that made a backup, from its folder on the host. A run keeps it on its migration host alone: where
 * it is known which one it is, that host's stands for the backups of the others. undefined: there is none.
 */
export async function manifestBeside(
  task: Task<ClusterChoices, ReadHands>,
  expected: string | null,
): Promise<Beside | undefined> {
  const host = keeper(task, expected);
  if (host === undefined) return undefined;
  const { backup, manifestDigest: digest } = backupSeen(task, host);
  if (backup.manifest === null || digest === null) return undefined;
  if (expected !== null && digest !== expected)
    return { digest, why: `${backup.manifest} is not the one that the run has written down` };
  // Beside, by target: several are read at a time, and each renames a whole one into its place.
  const path = referencePath(task.hands, digest);
  const beside = `${path}.${task.target}.part`;
  const bytes = await bytesOn(task.hands.on(host), backup.manifest, MOST_BYTES);
  await writeFile(beside, bytes, { mode: 0o600 });
  await rename(beside, path);
  try {
    return { digest, manifest: await readManifestFile(path, digest) };
  } catch (error) {
    if (!(error instanceof EtcdError) || error.code !== 'E_ETCD_MANIFEST') throw error;
    return { digest, why: `${backup.manifest}: ${error.message}` };
  }
}

function keeper(
  { facts, target, choices }: Task<ClusterChoices, ReadHands>,
  expected: string | null,
): string | undefined {
  const seenOf = (host: string): BackupSeen => backupSeen({ facts }, host);
  const { backup, manifestDigest } = seenOf(target);
  if (manifestDigest !== null) return target;
  const looked = choices.etcd
    .map(({ name }) => name)
    .filter((name) => facts.find('preflight/backup', name) !== undefined);
  return looked.find((name) => {
    const other = seenOf(name);
    if (other.manifestDigest === null) return false;
    return expected === null ? sameRun(other.backup.path, backup.path) : other.manifestDigest === expected;
  });
}

/** Runs of Pawl name their folders after themselves, on every host. */
function sameRun(one: string, other: string): boolean {
  const runOf = (path: string): string | undefined => /\/pawl-([^/]+)\/backup$/.exec(path)?.[1];
  return runOf(one) !== undefined && runOf(one) === runOf(other);
}
