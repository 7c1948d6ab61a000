import { factsFrom, type Facts, type JsonObject } from '@pawl/engine';
import { allHosts, type OkdChoices } from '../choices';
import { clusterFacts, etcdHost, fenceFacts, masterFacts } from '../facts';
import { refuse, type Finding } from '../finding';
import { judgeCluster } from './judge-cluster';
import { judgeEtcdHost, judgeJoiner } from './judge-etcd-host';
import { judgeMachines } from './judge-machines';
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

/** Of what `preflight/fences` found, by host. */
export function judgeFences(found: Readonly<Record<string, JsonObject>>): readonly Finding[] {
  const scope = { facts: factsFrom({ 'preflight/fences': found }) };
  return Object.keys(found).flatMap((host) => judgeFence(host, fenceFacts(scope, host)));
}

function judgeFence(host: string, { holder, held = [] }: ReturnType<typeof fenceFacts>): readonly Finding[] {
  if (holder === null) return judgeHeld(host, held);
  const { run, owner, phase, since, database } = holder;
  return [
    refuse(
      'E_FENCED',
      host,
      `held by the run ${run} of ${owner} since ${since}, phase ${phase}`,
      `Go on with that run where its database lies: ${database}.`,
    ),
  ];
}

/** A run was given up, or its records were removed: what it had stopped is still kept from starting. */
function judgeHeld(
  host: string,
  held: NonNullable<ReturnType<typeof fenceFacts>['held']>,
): readonly Finding[] {
  const [first] = held;
  if (first === undefined) return [];
  return [
    refuse(
      'E_HELD',
      host,
      `${held.map(({ unit }) => unit).join(' and ')} ${held.length === 1 ? 'is' : 'are'} kept from starting by the run ${first.run}, whose fence is gone: it was given up half-way, or /var/lib/pawl was removed`,
      `Go on with that run where its database lies, once /var/lib/pawl was put back; or take the way back by hand: it stands in /var/lib/pawl/README, and \`pawl plan --rollback --script\` prints it. The data of before lies in pawl-${first.run} in etcd's data directory.`,
    ),
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
