import type { Loss, Task } from '@pawl/engine';
import { EtcdError, OAUTH_PREFIXES, readManifest, showKey } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { HostError } from '@pawl/hosts';
import { asFacts, firstLivingEtcdHost, livingMasters, mastersStarted } from '@pawl/steps-etcd';
import type { RestoreChoices } from './choices';
import { etcdHost } from './facts';
import { requireOriginals } from './originals';

/** What is shown; the count is of all. */
const SHOWN = 100;

/**
 * What going back to the data of before loses, once the masters were started on v2: free only with proof that none ever became
 * active. Reads only.
 * @throws PawlError `E_ORIGINALS_GONE`
 */
export async function loss(task: Task<RestoreChoices, ReadHands>): Promise<Loss> {
  await requireOriginals(task, task.hands);
  const name = task.choices.clusterName;
  const masters = await Promise.all(livingMasters(task).map((host) => mastersStarted(task, host)));
  const started = masters.flatMap((m) => (m.started ? [m.host] : []));
  if (started.length === 0)
    return { free: true, name, message: 'no master ever became active on v2', facts: asFacts({ masters }) };
  const seen = await written(task);
  return {
    ...{ free: false, name, ...(seen.keys !== null && { count: seen.keys }) },
    message: `going back loses what was written to v2 since the masters were started (${started.join(', ')}): ${'unreadable' in seen ? `how much can’t be told, since v2 can’t be read: ${seen.unreadable}` : `${seen.keys} keys written`}`,
    facts: asFacts({ masters, ...seen }),
  };
}

type Written =
  | { readonly keys: number; readonly writtenKeys: readonly string[] }
  | { readonly keys: null; readonly writtenKeys: readonly []; readonly unreadable: string };

async function written(task: Task<RestoreChoices, ReadHands>): Promise<Written> {
  const index = Number(task.facts.find('verify-v2/compare')?.['etcdIndex'] ?? 0);
  const host = firstLivingEtcdHost(task);
  try {
    const { entries } = await readManifest(task.hands.on(host), etcdHost(task, host).settings, {
      secretPrefixes: OAUTH_PREFIXES,
      signal: task.signal,
    });
    const later = entries.filter((entry) => entry.modifiedIndex > index);
    return {
      keys: later.length,
      writtenKeys: later.slice(0, SHOWN).map(({ key }) => showKey(key, OAUTH_PREFIXES)),
    };
  } catch (error) {
    if (error instanceof EtcdError || error instanceof HostError)
      return { keys: null, writtenKeys: [], unreadable: error.message };
    throw error;
  }
}
