import { join } from 'node:path';
import { readManifestFile, type Manifest } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import type { ManifestFacts } from './facts';

/** Where the controller keeps the run's manifest: 0600, beside the database. */
export const manifestPath = (hands: ReadHands): string => join(hands.runDir, 'manifest.ndjson');

/** The manifest this run is held to, or an error: its sha256 is a fact of the journal. */
export async function manifestOfRun(hands: ReadHands, facts: ManifestFacts): Promise<Manifest> {
  return readManifestFile(manifestPath(hands), facts.digest);
}
