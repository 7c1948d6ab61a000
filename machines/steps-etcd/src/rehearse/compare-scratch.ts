import type { Task } from '@pawl/engine';
import {
  compareManifests,
  EtcdError,
  manifestDigest,
  OAUTH_PREFIXES,
  readManifest,
  scratchHost,
  scratchSettings,
  v3State,
  writeManifest,
  type Difference,
  type Scratch,
} from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import type { ReadFacts } from '../facts';
import { referencePath } from '../reference';
import { manifestBeside } from './manifest-beside';

/** `rehearse/compare`, per host: what a backup was found to hold. */
export interface Compared {
  readonly keys: number;
  readonly bytes: number;
  readonly keysWithTtl: number;
  /** sha256 of the file that the restored store is held to; in the run's folder on the controller, and kept on the restore host. */
  readonly reference: string;
  readonly v3: { readonly revision: number; readonly keys: number };
  /** null: there is none beside it. */
  readonly manifest: ComparedManifest | null;
}

export interface ComparedManifest {
  readonly digest: string;
  /** Why it can't be used. */
  readonly why: string | null;
  readonly compared: number;
  readonly differences: number;
  readonly shown: readonly Difference[];
  /** Keys whose time has run out since. */
  readonly expired: number;
}

/** The scratch etcd ended before it was read: its host was rebooted, or memory ran out. */
export interface Unread {
  readonly read: false;
  readonly said: string;
}

export function comparedFacts({ facts }: ReadFacts, host: string): Compared | undefined {
  const found = facts.find('rehearse/compare', host);
  return found?.['read'] === false ? undefined : (found as unknown as Compared | undefined);
}

/** As `readScratch`; that there is nothing to be read is an answer: started once, it is not started again. */
export async function compareScratch(
  task: Task<ClusterChoices, ReadHands>,
  scratch: Scratch,
  expected: string | null,
): Promise<Compared | Unread> {
  try {
    return await readScratch(task, scratch, expected);
  } catch (error) {
    if (!(error instanceof EtcdError) || error.code !== 'E_ETCD_SCRATCH') throw error;
    return { read: false, said: error.message };
  }
}

/** Reads the scratch etcd's v2, and holds it to the manifest of the run that made the backup, where there is one. */
async function readScratch(
  task: Task<ClusterChoices, ReadHands>,
  scratch: Scratch,
  expected: string | null,
): Promise<Compared> {
  const { hands, target, signal } = task;
  const inside = scratchHost(hands.on(target), scratch);
  const content = await readManifest(inside, scratchSettings, {
    secretPrefixes: OAUTH_PREFIXES,
    signal,
    progress: (keys) => {
      task.progress(`${keys} keys of the backup read`);
    },
  });
  const { revision, keys: v3Keys } = await v3State(inside, scratchSettings);
  const beside = await manifestBeside(task, expected);
  const against = beside?.manifest === undefined ? undefined : compareManifests(beside.manifest, content);
  const reference = beside?.manifest ?? content;
  // The manifest's own file stands there already, and other targets read it.
  if (beside?.manifest === undefined)
    await writeManifest(referencePath(hands, manifestDigest(content)), content);
  const { keys, bytes, keysWithTtl } = content.header;
  return {
    ...{ keys, bytes, keysWithTtl },
    reference: manifestDigest(reference),
    v3: { revision, keys: v3Keys },
    manifest:
      beside === undefined
        ? null
        : {
            digest: beside.digest,
            why: beside.why ?? null,
            compared: against?.compared ?? 0,
            differences: against?.differences ?? 0,
            shown: against?.shown ?? [],
            expired: against?.expired.length ?? 0,
          },
  };
}
