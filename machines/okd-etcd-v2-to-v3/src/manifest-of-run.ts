import { join } from 'node:path';
import { readManifestFile, type Manifest } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import type { ManifestFacts } from './facts';

/**
 * Where the controller keeps a manifest: 0600, beside the database. Named by its digest: an owner who was taken over while he
 * read v2 writes his own beside the one that the run is held to, which can't be read again once etcd is stopped.
 */
export const manifestPath = (hands: Pick<ReadHands, 'runDir'>, digest: string): string =>
  join(hands.runDir, `manifest-${digest.slice(0, 12)}.ndjson`);

/** The manifest this run is held to, or an error: its sha256 is a fact of the journal. */
export async function manifestOfRun(hands: ReadHands, facts: ManifestFacts): Promise<Manifest> {
  return readManifestFile(manifestPath(hands, facts.digest), facts.digest);
}
