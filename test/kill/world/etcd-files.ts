import { etcdOf, type Shape, type ShapeHost } from './shape';

/** As the installer of 3.6 writes it, without the lines that say nothing. */
export function etcdConf({ hostname, address }: ShapeHost, shape: Shape): string {
  const peers = etcdOf(shape).map((one) => `${one.hostname}=https://${one.address}:2380`);
  return `ETCD_NAME=${hostname}
ETCD_LISTEN_PEER_URLS=https://${address}:2380
ETCD_DATA_DIR=/var/lib/etcd/
#ETCD_WAL_DIR=""
#ETCD_SNAPSHOT_COUNT=10000
ETCD_HEARTBEAT_INTERVAL=500
ETCD_ELECTION_TIMEOUT=2500
ETCD_LISTEN_CLIENT_URLS=https://${address}:2379

#[cluster]
ETCD_INITIAL_ADVERTISE_PEER_URLS=https://${address}:2380
ETCD_INITIAL_CLUSTER=${peers.join(',')}
ETCD_INITIAL_CLUSTER_STATE=new
ETCD_INITIAL_CLUSTER_TOKEN=etcd-cluster-1
ETCD_ADVERTISE_CLIENT_URLS=https://${address}:2379
ETCD_QUOTA_BACKEND_BYTES=4294967296

#[security]
ETCD_TRUSTED_CA_FILE=/etc/etcd/ca.crt
ETCD_CLIENT_CERT_AUTH="true"
ETCD_CERT_FILE=/etc/etcd/server.crt
ETCD_KEY_FILE=/etc/etcd/server.key
ETCD_PEER_TRUSTED_CA_FILE=/etc/etcd/ca.crt
ETCD_PEER_CLIENT_CERT_AUTH="true"
ETCD_PEER_CERT_FILE=/etc/etcd/peer.crt
ETCD_PEER_KEY_FILE=/etc/etcd/peer.key

#[logging]
ETCD_DEBUG="False"
`;
}

/** The rpm's, but for the program's place. */
export const etcdUnit = `[Unit]
Description=Etcd Server
After=network.target

[Service]
Type=notify
WorkingDirectory=/var/lib/etcd/
EnvironmentFile=-/etc/etcd/etcd.conf
User=etcd
ExecStart=/usr/local/bin/etcd
Restart=on-failure
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
`;
