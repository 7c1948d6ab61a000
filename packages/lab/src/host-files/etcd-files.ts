import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isEtcd, type LabHost, type LabSpec } from '../spec';
import { userOf } from './common-files';
import type { UpperLayer } from './upper-layer';

export interface EtcdFiles {
  readonly upper: UpperLayer;
  readonly base: string;
  readonly host: LabHost;
  readonly hosts: readonly LabHost[];
  readonly spec: LabSpec;
  readonly pki: string;
}

/** An etcd host as OKD 3.6 leaves it: etcd.conf, certificates, the rpm's unit, its data directory. */
export function writeEtcdFiles({ upper, base, host, hosts, spec, pki }: EtcdFiles): void {
  const owner = spec.etcdUser === 'root' ? { uid: 0, gid: 0 } : userOf(base, 'etcd');
  upper.directory('/etc/etcd', { mode: 0o700, owner });
  upper.file('/etc/etcd/etcd.conf', etcdConf(host, hosts, spec));
  const copy = (name: string, from: string): void =>
    upper.file(`/etc/etcd/${name}`, readFileSync(path.join(pki, from)), { mode: 0o600, owner });
  copy('ca.crt', 'etcd-ca.crt');
  for (const kind of ['server', 'peer']) {
    copy(`${kind}.crt`, `${host.name}.${kind}.crt`);
    copy(`${kind}.key`, `${host.name}.${kind}.key`);
  }
  upper.directory('/var/lib/etcd', { mode: 0o700, owner });
  if (spec.dataDir !== undefined) upper.directory(spec.dataDir, { mode: 0o700, owner });
  // etcd makes it as WAL.tmp and renames it: the directory above must be its own.
  if (spec.walDir !== undefined) upper.directory(path.dirname(spec.walDir), { mode: 0o700, owner });
  upper.file('/usr/lib/systemd/system/etcd.service', etcdUnit(spec.etcdUser ?? 'etcd'));
  upper.link(
    '/etc/systemd/system/multi-user.target.wants/etcd.service',
    '/usr/lib/systemd/system/etcd.service',
  );
}

/** KEY=VALUE lines, order, quotes and commented-out lines as the installer's template has them. */
export function etcdConf(host: LabHost, hosts: readonly LabHost[], spec: LabSpec): string {
  const electionMs = spec.etcdElectionMs ?? 2500;
  const peers = hosts.filter(isEtcd).map((one) => `${one.hostname}=https://${one.address}:2380`);
  return `ETCD_NAME=${host.hostname}
ETCD_LISTEN_PEER_URLS=https://${host.address}:2380
ETCD_DATA_DIR=${spec.dataDir ?? '/var/lib/etcd/'}
${spec.walDir === undefined ? '#ETCD_WAL_DIR=""' : `ETCD_WAL_DIR=${spec.walDir}`}
${spec.etcdSnapshotCount === undefined ? '#ETCD_SNAPSHOT_COUNT=10000' : `ETCD_SNAPSHOT_COUNT=${spec.etcdSnapshotCount}`}
ETCD_HEARTBEAT_INTERVAL=${electionMs / 5}
ETCD_ELECTION_TIMEOUT=${electionMs}
ETCD_LISTEN_CLIENT_URLS=https://${host.address}:2379
#ETCD_MAX_SNAPSHOTS=5
#ETCD_MAX_WALS=5
#ETCD_CORS=


#[cluster]
ETCD_INITIAL_ADVERTISE_PEER_URLS=https://${host.address}:2380
ETCD_INITIAL_CLUSTER=${peers.join(',')}
ETCD_INITIAL_CLUSTER_STATE=new
ETCD_INITIAL_CLUSTER_TOKEN=etcd-cluster-1
#ETCD_DISCOVERY=
#ETCD_DISCOVERY_SRV=
#ETCD_DISCOVERY_FALLBACK=proxy
#ETCD_DISCOVERY_PROXY=
ETCD_ADVERTISE_CLIENT_URLS=https://${host.address}:2379
#ETCD_STRICT_RECONFIG_CHECK=false
#ETCD_AUTO_COMPACTION_RETENTION=0
ETCD_ENABLE_V2=true
ETCD_QUOTA_BACKEND_BYTES=4294967296

#[proxy]
#ETCD_PROXY=off
#ETCD_PROXY_FAILURE_WAIT=5000
#ETCD_PROXY_REFRESH_INTERVAL=30000
#ETCD_PROXY_DIAL_TIMEOUT=1000
#ETCD_PROXY_WRITE_TIMEOUT=5000
#ETCD_PROXY_READ_TIMEOUT=0

#[security]
ETCD_TRUSTED_CA_FILE=/etc/etcd/ca.crt
ETCD_CLIENT_CERT_AUTH="true"
ETCD_CERT_FILE=/etc/etcd/server.crt
ETCD_KEY_FILE=/etc/etcd/server.key
#ETCD_AUTO_TLS=false
ETCD_PEER_TRUSTED_CA_FILE=/etc/etcd/ca.crt
ETCD_PEER_CLIENT_CERT_AUTH="true"
ETCD_PEER_CERT_FILE=/etc/etcd/peer.crt
ETCD_PEER_KEY_FILE=/etc/etcd/peer.key
#ETCD_PEER_AUTO_TLS=false

#[logging]
ETCD_DEBUG="False"
#ETCD_LOG_PACKAGE_LEVELS="etcdserver=WARNING,security=DEBUG"

#[profiling]
#ETCD_ENABLE_PPROF=false
#ETCD_METRICS=basic

#[auth]
#ETCD_AUTH_TOKEN=simple
`;
}

/**
 * The rpm's unit, but for ExecStart: with flags, etcd 3.4 refuses a setting that is given by its environment
 * variable too. Alone, every version from 3.1 on takes all of it from etcd.conf.
 */
function etcdUnit(user: string): string {
  return `[Unit]
Description=Etcd Server
After=network.target
After=network-online.target
Wants=network-online.target

[Service]
Type=notify
WorkingDirectory=/var/lib/etcd/
EnvironmentFile=-/etc/etcd/etcd.conf
User=${user}
ExecStart=/usr/bin/etcd
Restart=on-failure
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
`;
}
