import { StepFailed, type Task } from '@pawl/engine';
import { EtcdError, OAUTH_PREFIXES, readManifest, walkV3 } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { backupSeen, firstEtcdHost } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import { etcdHost, type CostFacts, type StoreCost } from '../facts';

/**
 * What is lost: all that was written since the backup was taken, to whichever store the masters use. Told as far as a member
 * answers, and as far as it is known up to which index the backup reaches (a run of Pawl has left that beside it). Reads only.
 */
export async function lookAtCost(task: Task<RestoreChoices, ReadHands>): Promise<CostFacts> {
  const { backup } = backupSeen(task, firstEtcdHost(task));
  const index = await lastIndex(task, backup.manifest);
  const name = task.choices.etcd.map((h) => h.name).find((host) => etcdHost(task, host).healthy);
  if (name === undefined) return { v2: null, v3: null, since: backup.takenAt };
  const unread: string[] = [];
  return {
    v2: await orNull(unread, 'v2', () => v2Cost(task, name, index)),
    v3: await orNull(unread, 'v3', () => v3Cost(task, name, index)),
    since: backup.takenAt,
    unread,
  };
}

/** Of the manifest's first line. */
async function lastIndex(
  { hands, choices }: Task<RestoreChoices, ReadHands>,
  manifest: string | null,
): Promise<number | undefined> {
  if (manifest === null) return undefined;
  const host = hands.on(choices.from.host);
  const read = await host.read(['head', '-n', '1', '--', manifest]);
  if (read.exit !== 0)
    throw new StepFailed(
      'E_COMMAND',
      `${host.name}: ${manifest} can't be read: ${read.stderr.toString('utf8').trim()}`,
      {
        where: `${host.name}:${manifest}`,
        hint: 'By it the cost of the restore is counted. Mend what it says on that host, and say the same again.',
      },
    );
  const index = /"etcdIndexAtEnd":(\d+)/.exec(read.stdout.toString('utf8'))?.[1];
  return index === undefined ? undefined : Number(index);
}

async function v2Cost(
  task: Task<RestoreChoices, ReadHands>,
  name: string,
  index: number | undefined,
): Promise<StoreCost> {
  const { entries } = await readManifest(task.hands.on(name), etcdHost(task, name).settings, {
    secretPrefixes: OAUTH_PREFIXES,
    signal: task.signal,
  });
  return {
    keys: entries.length,
    written: index === undefined ? null : entries.filter((e) => e.modifiedIndex > index).length,
  };
}

async function v3Cost(
  task: Task<RestoreChoices, ReadHands>,
  name: string,
  index: number | undefined,
): Promise<StoreCost> {
  const walk = walkV3(task.hands.on(name), etcdHost(task, name).settings, {
    keysOnly: true,
    secretPrefixes: OAUTH_PREFIXES,
    signal: task.signal,
  });
  let [keys, written] = [0, 0];
  for await (const { modRevision } of walk) {
    keys += 1;
    if (index !== undefined && modRevision > index) written += 1;
  }
  return { keys, written: index === undefined ? null : written };
}

/** A store that can't be read has a cost that can't be told; it is no reason not to restore. */
async function orNull(
  unread: string[],
  store: string,
  ask: () => Promise<StoreCost>,
): Promise<StoreCost | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof EtcdError)) throw error;
    unread.push(`${store}: ${error.message}`);
    return null;
  }
}
