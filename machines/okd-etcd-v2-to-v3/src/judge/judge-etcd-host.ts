import { judgePeerUrl, judgeSetup, refuse, type Finding } from '@pawl/steps-etcd';
import type { EtcdHostFacts } from '../facts';

/** How one etcd host is set up. `backends`: what the masters are configured for. */
export function judgeEtcdHost(
  host: string,
  seen: EtcdHostFacts,
  backends: readonly (string | undefined)[] = [],
): readonly Finding[] {
  return [
    ...judgeSetup(host, seen),
    ...judgePeerUrl(host, seen),
    ...forced(host, seen),
    ...versions(host, seen),
    ...v3(host, seen, backends),
  ];
}

function forced(host: string, { settings }: EtcdHostFacts): readonly Finding[] {
  if (!settings.forceNewCluster) return [];
  return [
    refuse(
      'E_FORCE_LEFT',
      host,
      'ETCD_FORCE_NEW_CLUSTER is set: at its next start this member would throw out all the others',
      'Remove it from unit, drop-ins and etcd.conf, and make sure that the cluster is whole.',
    ),
  ];
}

function versions(host: string, { installed, running }: EtcdHostFacts): readonly Finding[] {
  if (installed.etcd === running) return [];
  return [
    refuse(
      'E_VERSION_MISMATCH',
      host,
      `etcd ${running} runs, and ${installed.etcd} is installed: its next start would be another version`,
      'Bring etcd and etcdctl to one version, restart etcd, and check again.',
    ),
  ];
}

function v3(
  host: string,
  { v3: store, runFolders = [] }: EtcdHostFacts,
  backends: readonly (string | undefined)[],
): readonly Finding[] {
  if (store.neverUsed) return [];
  const what =
    store.keys > 0
      ? `v3 holds ${store.keys} keys already (revision ${store.revision})`
      : `v3 was used before and emptied (revision ${store.revision}): v2 indices would collide with its history`;
  const whose =
    runFolders.length === 0
      ? 'nothing beside the data says by whom'
      : `beside the data lies what Pawl’s ${runFolders.length === 1 ? 'run' : 'runs'} ${runFolders.join(', ')} left`;
  const onV2 = backends.length > 0 && backends.every((backend) => backend === 'v2');
  return [
    refuse(
      'E_V3_IN_USE',
      host,
      `${what}${onV2 ? ', while every master is configured for v2: tainted, as a failed migration leaves it' : ''}; ${whose}`,
      `Migrating into a used v3 store destroys data without an error, so it is refused for good; deleting the v3 keys first does not help, since their revisions stay ahead of v2’s indices. ${onV2 ? WAY_OUT : BY_BACKUP}`,
    ),
  ];
}

/** Whether a backup restores is tried before anything is stopped: one without a database that will do is refused there, with why. */
const WAY_OUT =
  'What the masters use is v2, and it is whole. Way out: `pawl rollback --from DIR -i INVENTORY` restores v2 from a backup (docs/recover.md), such as the openshift-backup-pre-migration… that the playbook left beside the data. To keep what was written to v2 since, stop the masters and give a new `etcdctl backup` of one member, which leaves v3 behind. Then check again.';

const BY_BACKUP =
  'If a migration failed here before, restore v2 from the backup made then: `pawl rollback --from DIR -i INVENTORY` (docs/recover.md). Then check again.';
