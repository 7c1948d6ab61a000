import type { Task } from '@pawl/engine';
import {
  alarms,
  clusterHealth,
  type ClusterHealth,
  memberList,
  OAUTH_PREFIXES,
  readManifest,
  showKey,
} from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { firstEtcdHost } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { etcdHost, type ClusterFacts } from '../facts';

/** A v3 request may be 1.5 MiB, key and framing included (measured); v2 had no limit. */
const LARGEST_V3_VALUE = 1.4 * 1024 * 1024;

/** The cluster as its migration host sees it, and every v2 key: sizes only, no value is kept. */
export async function lookAtCluster(task: Task<OkdChoices, ReadHands>): Promise<ClusterFacts> {
  const name = firstEtcdHost(task);
  const host = task.hands.on(name);
  const { settings } = etcdHost(task, name);
  const [members, health, alarmed] = [
    await memberList(host, settings),
    await clusterHealth(host, settings),
    await alarms(host, settings),
  ];
  const manifest = await readManifest(host, settings, {
    secretPrefixes: OAUTH_PREFIXES,
    signal: task.signal,
    progress: (keys) => {
      task.progress(`${keys} keys of v2 read`);
    },
  });
  const { keys, bytes, keysWithTtl, directoriesWithTtl, largestValue } = manifest.header;
  return {
    members: members.map(({ id, name: member, peerUrls }) => ({ id, name: member, peerUrls })),
    unhealthy: unhealthyLines(members.length, health),
    alarms: alarmed.map((alarm) => JSON.stringify(alarm)),
    v2: { keys, bytes, keysWithTtl, directoriesWithTtl, largestValue },
    tooLarge: manifest.entries
      .filter((entry) => entry.expires !== null && entry.bytes > LARGEST_V3_VALUE)
      .map((entry) => showKey(entry.key, OAUTH_PREFIXES)),
  };
}

function unhealthyLines(expected: number, { members }: ClusterHealth): readonly string[] {
  const bad = members
    .filter((member) => member.state !== 'healthy')
    .map((member) => `member ${member.id} is ${member.state}`);
  return members.length === expected || bad.length > 0
    ? bad
    : [`${members.length} of ${expected} members were heard of`];
}
