import type { EtcdSetup } from '../facts';
import { refuse, type Finding } from '../finding';

/** How one etcd host is set up: what no machine can work with. */
export function judgeSetup(host: string, seen: EtcdSetup): readonly Finding[] {
  return [...runtime(host, seen), ...directories(host, seen), ...oneVersion(host, seen)];
}

function runtime(host: string, { foreignRuntime, settings }: EtcdSetup): readonly Finding[] {
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

function directories(host: string, { settings, links }: EtcdSetup): readonly Finding[] {
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

/** Of a member of a new cluster: a forced one says localhost where its configuration says nothing, and nobody can join it. */
export function judgePeerUrl(host: string, { settings }: EtcdSetup): readonly Finding[] {
  if (settings.initialAdvertisePeerUrls.length > 0) return [];
  return [
    refuse(
      'E_PEER_URL',
      host,
      'etcd has no ETCD_INITIAL_ADVERTISE_PEER_URLS: where its peers reach it is not written down',
      'Set it in etcd.conf there to the peer URL that `etcdctl member list` shows of it, and check again. etcd itself reads it when a cluster is formed, so it need not be restarted.',
    ),
  ];
}

/** Of a member that joins: it makes its WAL directory anew, beside it first, and renames it. */
export function judgeJoiner(host: string, { canMakeWal, settings }: EtcdSetup): readonly Finding[] {
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

const SAME_VERSION = 'Bring etcd and etcdctl to one version, restart etcd, and check again.';

function oneVersion(host: string, { installed }: EtcdSetup): readonly Finding[] {
  if (installed.etcd === installed.etcdctl) return [];
  return [
    refuse(
      'E_VERSION_MISMATCH',
      host,
      `etcd is ${installed.etcd} and etcdctl ${installed.etcdctl}: a newer etcdctl can leave a database that this etcd can't open`,
      SAME_VERSION,
    ),
  ];
}
