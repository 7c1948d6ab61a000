import { type Finding, refuse } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import type { ClusterFacts, EtcdHostFacts } from '../facts';

interface Named {
  readonly name: string;
  readonly seen: EtcdHostFacts;
}

/** Members, health, data: what is about the cluster as a whole. */
export function judgeCluster(
  choices: OkdChoices,
  cluster: ClusterFacts,
  hosts: readonly Named[],
): readonly Finding[] {
  return [...membership(choices, cluster, hosts), ...oneVersion(hosts), ...health(cluster), ...data(cluster)];
}

function membership(choices: OkdChoices, cluster: ClusterFacts, hosts: readonly Named[]): readonly Finding[] {
  const found: Finding[] = [];
  const named = hosts.map((h) => h.seen.settings.memberName);
  const members = cluster.members.map((m) => m.name);
  if (members.length !== named.length || named.some((name) => !members.includes(name)))
    found.push(
      refuse(
        'E_MEMBERS_DIFFER',
        null,
        `the cluster's members are ${members.map((name) => name || '(added, never started)').join(', ')}; the inventory's [etcd] hosts are ${named.join(', ')}`,
        'Make [etcd] name exactly the members of the cluster.',
      ),
    );
  if (choices.etcd.length % 2 === 0)
    found.push(
      refuse(
        'E_MEMBER_COUNT',
        null,
        `${choices.etcd.length} members: 1, 3, 5 or 7 are supported`,
        'An even number survives no more failures than one less. Remove or add a member first.',
      ),
    );
  return found;
}

function oneVersion(hosts: readonly Named[]): readonly Finding[] {
  const versions = [...new Set(hosts.map((h) => h.seen.running))];
  if (versions.length <= 1) return [];
  return [
    refuse(
      'E_VERSION_MISMATCH',
      null,
      `the members run different versions of etcd: ${versions.join(', ')}`,
      'Bring all members to one version first.',
    ),
  ];
}

function health(cluster: ClusterFacts): readonly Finding[] {
  return [
    ...cluster.unhealthy.map((line) =>
      refuse('E_MEMBER_UNHEALTHY', null, line, 'Repair the member, then check again.'),
    ),
    ...cluster.alarms.map((alarm) =>
      refuse('E_ALARM', null, `etcd has an alarm: ${alarm}`, 'Clear its cause, then `etcdctl alarm disarm`.'),
    ),
  ];
}

function data({ v2, tooLarge }: ClusterFacts): readonly Finding[] {
  const found: Finding[] = tooLarge.map((key) =>
    refuse(
      'E_VALUE_TOO_LARGE',
      null,
      `${key} has a TTL and a value larger than a v3 request may be: it could not be given a lease`,
      'Delete it, or shorten its value, first.',
    ),
  );
  if (v2.keys === 0)
    found.push(
      refuse(
        'E_NO_V2_DATA',
        null,
        'v2 holds no keys: there is nothing to migrate',
        'Is this the right cluster? Are its masters on v3 already?',
      ),
    );
  return found;
}
