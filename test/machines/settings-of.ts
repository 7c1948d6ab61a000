import type { EtcdSettings } from '@pawl/etcd';

/** Of the n-th etcd host of a cluster as the 3.6 installer sets it up. */
export function settingsOf(n: number): EtcdSettings {
  return {
    unit: 'etcd',
    memberName: `etcd${n}.example.com`,
    dataDir: '/var/lib/etcd',
    walDir: null,
    walDirIsMount: false,
    memberDirIsMount: false,
    listenClientUrls: [`https://192.0.2.${10 + n}:2379`],
    advertiseClientUrls: [`https://192.0.2.${10 + n}:2379`],
    initialAdvertisePeerUrls: [`https://192.0.2.${10 + n}:2380`],
    initialCluster: '',
    token: 'etcd-cluster-1',
    clientEndpoint: `https://192.0.2.${10 + n}:2379`,
    certs: { ca: '/etc/etcd/ca.crt', cert: '/etc/etcd/peer.crt', key: '/etc/etcd/peer.key' },
    user: 'etcd',
    group: null,
    quotaBackendBytes: null,
    snapshotCount: null,
    electionTimeoutMs: 2500,
    configFile: '/etc/etcd/etcd.conf',
    unitFile: '/usr/lib/systemd/system/etcd.service',
    dropIns: [],
    forceNewCluster: false,
  };
}
