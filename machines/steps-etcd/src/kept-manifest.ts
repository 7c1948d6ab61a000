import { createHash, randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { EtcdError, readManifestFile, type Manifest } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { referencePath } from './reference';

/** Where a host keeps a manifest. */
interface Kept {
  readonly host: string;
  readonly path: string;
}

/** 100,000 keys are 20 MB. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * The manifest with this sha256: the controller's own; where that is lost or damaged, or the run was rebuilt on another machine, the
 * first of those that hosts keep which is the one. It is then the controller's own, too.
 * @throws EtcdError `E_ETCD_MANIFEST` where none is the one
 */
export async function keptManifest(
  hands: ReadHands,
  digest: string,
  kept: readonly Kept[],
): Promise<Manifest> {
  const path = referencePath(hands, digest);
  try {
    return await readManifestFile(path, digest);
  } catch (error) {
    if (!(error instanceof EtcdError) || error.code !== 'E_ETCD_MANIFEST') throw error;
    const bytes = await firstOf(hands, digest, kept);
    if (bytes === undefined) throw error;
    // Several steps may want it at a time.
    const beside = `${path}.${randomUUID()}.part`;
    await writeFile(beside, bytes, { mode: 0o600 });
    await rename(beside, path);
    return readManifestFile(path, digest);
  }
}

async function firstOf(hands: ReadHands, digest: string, kept: readonly Kept[]): Promise<Buffer | undefined> {
  for (const { host, path } of kept) {
    const read = await hands.on(host).read(['cat', '--', path], { maxBytes: MOST_BYTES });
    const isIt = read.exit === 0 && createHash('sha256').update(read.stdout).digest('hex') === digest;
    if (isIt) return read.stdout;
  }
  return undefined;
}
