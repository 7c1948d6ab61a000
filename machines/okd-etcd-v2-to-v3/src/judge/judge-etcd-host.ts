import type { EtcdHostFacts } from '../facts';
import { refuse, type Finding } from '../finding';

/** How one etcd host is set up. `backends`: what the masters are configured for. */
export function judgeEtcdHost(
  host: string,
  seen: EtcdHostFacts,
  backends: readonly (string | undefined)[] = [],
): readonly Finding[] {
  return [
    ...runtime(host, seen),
    ...directories(host, seen),
    ...forced(host, seen),
    ...versions(host, seen),
    ...v3(host, seen, backends),
  ];
}

function runtime(host: string, { foreignRuntime, settings }: EtcdHostFacts): readonly Finding[] {
  const found = foreignRuntime.map((sign) =>
    refuse(
      'E_ETCD_RUNTIME',
      host,
      sign,
      'This release migrates etcd as the rpm package’s systemd unit only; see README.md.',
    ),
  );
  if (settings.certs !== null) return found;
  return [
    ...found,
    refuse(
      'E_ETCD_NO_TLS',
      host,
      'etcd is reached without TLS',
      'OKD sets etcd up with TLS; is this the cluster’s etcd?',
    ),
  ];
}

function directories(host: string, { settings, links }: EtcdHostFacts): readonly Finding[] {
  const mounts = [
    ...(settings.walDirIsMount ? [`the WAL directory ${settings.walDir ?? ''}`] : []),
    ...(settings.memberDirIsMount ? [`${settings.dataDir}/member`] : []),
  ];
  return [
    ...mounts.map((what) =>
      refuse(
        'E_MOUNT_POINT',
        host,
        `${what} is itself a mount point, so it can't be set aside by a rename`,
        'Mount the file system one level higher, and let the setting name a directory in it.',
      ),
    ),
    ...links.map((link) =>
      refuse(
        'E_LINK',
        host,
        `${link} is a link: a rename would move the link alone, and a copy would not hold what it leads to`,
        'Let ETCD_DATA_DIR and ETCD_WAL_DIR name the directories themselves (a link further up is no harm), and restart etcd.',
      ),
    ),
  ];
}

/** Of a member that joins: it makes its WAL directory anew, beside it first, and renames it. */
export function judgeJoiner(host: string, { canMakeWal, settings }: EtcdHostFacts): readonly Finding[] {
  if (canMakeWal) return [];
  return [
    refuse(
      'E_WAL_PARENT',
      host,
      `etcd runs as ${settings.user}, who can't write to the directory above ${settings.walDir ?? ''}: it could not make a new WAL when it joins`,
      'Let ETCD_WAL_DIR name a directory inside one that belongs to that user.',
    ),
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
  const hint = 'Bring etcd and etcdctl to one version, restart etcd, and check again.';
  const found: Finding[] = [];
  if (installed.etcd !== installed.etcdctl)
    found.push(
      refuse(
        'E_VERSION_MISMATCH',
        host,
        `etcd is ${installed.etcd} and etcdctl ${installed.etcdctl}: a newer etcdctl can leave a database that this etcd can't open`,
        hint,
      ),
    );
  if (installed.etcd !== running)
    found.push(
      refuse(
        'E_VERSION_MISMATCH',
        host,
        `etcd ${running} runs, and ${installed.etcd} is installed: its next start would be another version`,
        hint,
      ),
    );
  return found;
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
      `Migrating into a used v3 store destroys data without an error, so it is refused for good; deleting the v3 keys first does not help, since their revisions stay ahead of v2’s indices. ${onV2 ? WAY_OUT : 'If a migration failed here before, restore v2 from the backup made then, onto empty members.'}`,
    ),
  ];
}

/** Tried on real members: \`etcdctl backup\` leaves v3's database behind, and what v2 holds is whole. */
const WAY_OUT =
  'What the masters use is v2, and it is whole. Way out, in a window without masters: stop etcd everywhere; on one member, as API 2, `etcdctl backup --data-dir DATA --backup-dir NEW`, which takes v2 and leaves v3 behind; put NEW in the place of DATA, start it once with ETCD_FORCE_NEW_CLUSTER=true, take that out again, correct its peer URL with `member update`; join the others with empty data directories. Then check again.';
