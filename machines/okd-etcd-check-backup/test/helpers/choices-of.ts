import type { CheckBackupChoices } from '../../src';

export function choicesOf(): CheckBackupChoices {
  const host = (name: string, last: number): CheckBackupChoices['etcd'][number] => ({
    ...{ name, address: `192.0.2.${last}`, port: 22, user: 'pawl' },
    ...{ become: true, privateKeyFile: null, connection: 'ssh' as const },
  });
  return {
    clusterName: 'api.example.com',
    inventoryFile: '/etc/ansible/hosts',
    etcd: [host('etcd1', 11), host('etcd2', 12)],
    masters: [],
    backups: ['etcd1', 'etcd2'].map((name) => ({
      host: name,
      path: '/var/lib/etcd/pawl-okd-20261124-1/backup',
    })),
    manifestDigest: null,
  };
}
