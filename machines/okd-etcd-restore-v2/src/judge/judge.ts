import type { Facts } from '@pawl/engine';
import {
  allHosts,
  backupSeen,
  fenceFacts,
  judgeFence,
  judgeJoiner,
  judgeMachines,
  judgePeerUrl,
  judgeSetup,
  masterFacts,
  refuse,
  warn,
  type Finding,
} from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import { etcdHost } from '../facts';
import { judgeBackup } from './judge-backup';

/** Judges what preflight saw: every finding at once, each with its remedy. Pure. */
export function judge(choices: RestoreChoices, facts: Facts): readonly Finding[] {
  const scope = { facts };
  const hosts = choices.etcd.map(({ name }) => ({ name, seen: etcdHost(scope, name) }));
  return [
    ...choices.declared.map((what) =>
      refuse(
        'E_SHAPE',
        null,
        `the inventory says: ${what}`,
        'This release does not restore such a cluster; see README.md for the shapes it handles.',
      ),
    ),
    ...allHosts(choices).flatMap(({ name }) => judgeFence(name, fenceFacts(scope, name))),
    ...judgeMachines(choices, facts),
    ...hosts.flatMap(({ name, seen }) => [
      ...judgeSetup(name, seen),
      ...judgePeerUrl(name, seen),
      ...judgeForced(name, seen.forcedBy),
    ]),
    ...hosts.slice(1).flatMap(({ name, seen }) => judgeJoiner(name, seen)),
    ...judgeVersions(hosts.map(({ seen }) => seen.installed.etcd)),
    ...judgeCount(choices),
    ...judgeBackup(choices, backupSeen(scope, choices.from.host), hosts),
    ...choices.masters.flatMap(({ name }) =>
      masterFacts(scope, name).refusals.map(({ code, message, hint }) => refuse(code, name, message, hint)),
    ),
  ];
}

function judgeForced(host: string, by: 'etcd.conf' | 'elsewhere' | null): readonly Finding[] {
  if (by === null) return [];
  if (by === 'etcd.conf')
    return [
      warn(
        'E_FORCE_LEFT',
        host,
        'etcd.conf still has ETCD_FORCE_NEW_CLUSTER, as a migration that failed leaves it',
        'The run takes it out before anything is stopped, and its way back does not bring it back.',
      ),
    ];
  return [
    refuse(
      'E_FORCE_LEFT',
      host,
      'force-new-cluster is set in the unit or a drop-in: every start would throw out all other members',
      'Take it out there (`systemctl cat etcd` shows where), `systemctl daemon-reload`, and check again. Don’t restart etcd.',
    ),
  ];
}

function judgeVersions(installed: readonly string[]): readonly Finding[] {
  const versions = [...new Set(installed)];
  if (versions.length <= 1) return [];
  return [
    refuse(
      'E_VERSION_MISMATCH',
      null,
      `different versions of etcd are installed: ${versions.join(', ')}`,
      'Bring all members to one version first: that which made the backup.',
    ),
  ];
}

function judgeCount({ etcd, gone }: RestoreChoices): readonly Finding[] {
  if (etcd.length % 2 === 1) return [];
  return [
    warn(
      'E_MEMBER_COUNT',
      null,
      `${etcd.length} members will be left${gone.length === 0 ? '' : ` without ${gone.join(', ')}`}: as many failures are survived as with one less`,
      'Add one once the cluster is back.',
    ),
  ];
}
