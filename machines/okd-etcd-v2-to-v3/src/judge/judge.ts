import type { Facts } from '@pawl/engine';
import {
  allHosts,
  fenceFacts,
  judgeFence,
  judgeJoiner,
  judgeMachines,
  masterFacts,
  refuse,
  type Finding,
} from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { clusterFacts, etcdHost } from '../facts';
import { judgeCluster } from './judge-cluster';
import { judgeEtcdHost } from './judge-etcd-host';
import { judgeRoom } from './judge-room';

/**
 * Judges what preflight saw: every finding at once, each with its remedy. Pure: `check`, `plan` and the run's own
 * preflight share it.
 */
export function judge(choices: OkdChoices, facts: Facts): readonly Finding[] {
  const scope = { facts };
  const cluster = clusterFacts(scope);
  const hosts = choices.etcd.map(({ name }) => ({ name, seen: etcdHost(scope, name) }));
  const backends = choices.masters.map(({ name }) => masterFacts(scope, name).config?.backend);
  return [
    ...choices.declared.map((what) =>
      refuse(
        'E_SHAPE',
        null,
        `the inventory says: ${what}`,
        'This release does not migrate such a cluster; see README.md for the shapes it does.',
      ),
    ),
    ...allHosts(choices).flatMap(({ name }) => judgeFence(name, fenceFacts(scope, name))),
    ...judgeMachines(choices, facts),
    ...hosts.flatMap(({ name, seen }) => judgeEtcdHost(name, seen, backends)),
    ...hosts.slice(1).flatMap(({ name, seen }) => judgeJoiner(name, seen)),
    ...judgeCluster(choices, cluster, hosts),
    ...hosts.flatMap(({ name, seen }, place) =>
      judgeRoom(name, seen, cluster.v2.bytes, place === 0 && hosts.length > 1),
    ),
    ...choices.masters.flatMap(({ name }) => judgeMaster(name, masterFacts(scope, name))),
  ];
}

function judgeMaster(host: string, seen: ReturnType<typeof masterFacts>): readonly Finding[] {
  const found = seen.refusals.map(({ code, message, hint }) => refuse(code, host, message, hint));
  if (seen.config?.backend !== 'v3') return found;
  return [
    ...found,
    refuse(
      'E_MASTER_ON_V3',
      host,
      'its configuration says etcd3 already',
      'If v3 is empty or only half filled, a migration failed here before: put configuration and data back to v2 first.',
    ),
  ];
}
