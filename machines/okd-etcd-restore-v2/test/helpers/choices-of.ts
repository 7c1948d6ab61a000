import type { RestoreChoices } from '../../src';

export const FROM = '/var/lib/etcd/openshift-backup-pre-migration20170825135732';

export function choicesOf(etcd = 3, masters = 2): RestoreChoices {
  const host = (name: string, last: number): RestoreChoices['etcd'][number] => ({
    ...{ name, address: `192.0.2.${last}`, port: 22, user: 'pawl' },
    ...{ become: true, privateKeyFile: null, connection: 'ssh' as const },
  });
  const many = (prefix: string, count: number, from: number): RestoreChoices['etcd'] =>
    Array.from({ length: count }, (_, index) => host(`${prefix}${index + 1}`, from + index));
  return {
    clusterName: 'api.example.com',
    inventoryFile: '/etc/ansible/hosts',
    etcd: many('etcd', etcd, 11),
    masters: many('master', masters, 21),
    declared: [],
    from: { host: 'etcd1', path: FROM },
    dbFrom: null,
    gone: [],
    reason: null,
    acceptDataLoss: 'api.example.com',
  };
}
