import { join } from 'node:path';
import type { ReadHands } from '@pawl/fleet';

/**
 * Where the controller keeps a manifest: 0600, beside the database. Named by its digest: an owner who was taken over while he
 * read v2 writes his own beside the one that the run is held to, which may be one that can't be read again.
 */
export const referencePath = (hands: Pick<ReadHands, 'runDir'>, digest: string): string =>
  join(hands.runDir, `manifest-${digest.slice(0, 12)}.ndjson`);

/** Where a restore host keeps it: with the jobs, from which a run is rebuilt on another machine. */
export const keptReference = (run: string): string => `/var/lib/pawl/runs/${run}/reference`;
