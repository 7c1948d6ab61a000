import type { JsonObject, Task } from '@pawl/engine';
import { compareManifests, OAUTH_PREFIXES, readManifest, type Comparison, type Manifest } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { asFacts } from '@pawl/steps-etcd';
import type { RestoreChoices } from './choices';
import { etcdHost } from './facts';
import { referenceOfRun } from './reference-of-run';

type Asking = Task<RestoreChoices, ReadHands>;

/** Holds one member's own v2 to the reference: the manifest of the run that made the backup, else what the rehearsal read. */
export async function compareMember(
  task: Asking,
  host: string,
): Promise<{ readonly comparison: Comparison; readonly content: Manifest }> {
  const before = await referenceOfRun(task);
  const content = await readManifest(task.hands.on(host), etcdHost(task, host).settings, {
    secretPrefixes: OAUTH_PREFIXES,
    signal: task.signal,
  });
  return { comparison: compareManifests(before, content), content };
}

export function inFacts({ compared, differences, shown, expired }: Comparison): JsonObject {
  return asFacts({ compared, differences, shown, expired: expired.length });
}
