import type { Loss, Task } from '@pawl/engine';
import { EtcdError, OAUTH_PREFIXES, showKey, v3State, walkV3, type Manifest } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { HostError } from '@pawl/hosts';
import { asFacts, firstLivingEtcdHost, livingMasters, mastersStarted, firstEtcdHost } from '@pawl/steps-etcd';
import { etcdHost } from './facts';
import type { OkdChoices } from './choices';
import { manifestOfRun } from './manifest-of-run';
import { requireOriginals } from './originals';

/** What is shown; the count is of all. */
const SHOWN = 100;

/**
 * What going back to v2 loses, after the point of no return. Free only with proof: no master's unit ever became active, and v3
 * differs from what it was before the first start by leases that ran out alone. Reads only.
 * @throws PawlError `E_ORIGINALS_GONE`
 */
export async function loss(task: Task<OkdChoices, ReadHands>): Promise<Loss> {
  await requireOriginals(task, task.hands);
  const name = task.choices.clusterName;
  const masters = await Promise.all(livingMasters(task).map((host) => mastersStarted(task, host)));
  const revision = task.facts.find('start-masters/delete-canary', firstEtcdHost(task))?.['revision'];
  const seen = await changed(task, Number(revision ?? 0)).catch((error: unknown) => {
    if (error instanceof EtcdError || error instanceof HostError) return { unreadable: error.message };
    throw error;
  });
  const facts = asFacts({ masters, revision: revision ?? null, ...seen });
  if ('unreadable' in seen)
    return {
      ...{ free: false, name, facts },
      message: `v3 can't be read, so what going back would lose can't be listed: ${seen.unreadable}`,
    };
  const never = masters.every(({ started }) => !started);
  if (never && seen.written === 0 && seen.gone === 0)
    return {
      ...{ free: true, name, facts },
      message: 'no master ever became active, and nothing was written to v3',
    };
  return {
    ...{ free: false, name, facts, count: seen.written + seen.gone },
    message: `going back loses what was written to v3 since the masters were started: ${seen.written} keys written, ${seen.gone} deleted${never ? '' : `; started: ${masters.flatMap((m) => (m.started ? [m.host] : [])).join(', ')}`}`,
  };
}

interface Changed {
  readonly revisionNow: number;
  readonly written: number;
  readonly gone: number;
  readonly writtenKeys: readonly string[];
  readonly goneKeys: readonly string[];
}

/** Against the revision before the first start, and, for what is gone, against the manifest: history may be compacted. */
async function changed(task: Task<OkdChoices, ReadHands>, revision: number): Promise<Changed> {
  const manifest: Manifest = await manifestOfRun(task);
  const left = new Map(manifest.entries.map((entry) => [entry.key, entry]));
  const host = firstLivingEtcdHost(task);
  const { revision: revisionNow } = await v3State(task.hands.on(host), etcdHost(task, host).settings);
  const writtenKeys: string[] = [];
  let written = 0;
  const keys = walkV3(task.hands.on(host), etcdHost(task, host).settings, {
    keysOnly: true,
    secretPrefixes: OAUTH_PREFIXES,
    signal: task.signal,
  });
  for await (const { key, modRevision } of keys) {
    left.delete(key);
    if (modRevision <= revision) continue;
    written += 1;
    if (writtenKeys.length < SHOWN) writtenKeys.push(showKey(key, OAUTH_PREFIXES));
  }
  const gone = [...left.values()].filter(({ expires }) => expires === null);
  const goneKeys = gone.slice(0, SHOWN).map(({ key }) => showKey(key, OAUTH_PREFIXES));
  return { revisionNow, written, gone: gone.length, writtenKeys, goneKeys };
}
