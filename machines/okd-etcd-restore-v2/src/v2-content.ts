import { StepFailed, type JsonObject, type Task } from '@pawl/engine';
import {
  compareManifests,
  OAUTH_PREFIXES,
  readManifest,
  readManifestFile,
  type Comparison,
  type Manifest,
} from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { asFacts, comparedFacts, referencePath, type Compared } from '@pawl/steps-etcd';
import type { RestoreChoices } from './choices';
import { etcdHost } from './facts';

type Asking = Task<RestoreChoices, ReadHands>;

/** What the rehearsal found in the backup. */
function rehearsed({ facts, choices }: Pick<Asking, 'facts' | 'choices'>): Compared {
  const compared = comparedFacts({ facts }, choices.from.host);
  if (compared !== undefined) return compared;
  throw new StepFailed('E_NOT_REHEARSED', 'what the backup holds was not written down');
}

/** Holds one member's own v2 to the reference: the manifest of the run that made the backup, else what the rehearsal read. */
export async function compareMember(
  task: Asking,
  host: string,
): Promise<{ readonly comparison: Comparison; readonly content: Manifest }> {
  const { reference } = rehearsed(task);
  const before = await readManifestFile(referencePath(task.hands, reference), reference);
  const content = await readManifest(task.hands.on(host), etcdHost(task, host).settings, {
    secretPrefixes: OAUTH_PREFIXES,
    signal: task.signal,
  });
  return { comparison: compareManifests(before, content), content };
}

export function inFacts({ compared, differences, shown, expired }: Comparison): JsonObject {
  return asFacts({ compared, differences, shown, expired: expired.length });
}
