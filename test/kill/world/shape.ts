export interface Shape {
  readonly hosts: readonly ShapeHost[];
}

export interface ShapeHost {
  readonly name: string;
  /** As the cluster names it. */
  readonly hostname: string;
  readonly address: string;
  readonly role: 'etcd' | 'master';
}

/** etcd1, etcd2 …, master1 …: names, host names and addresses all differ, as they do where aliases are used. */
export function shapeOf(etcd: number, masters: number): Shape {
  const hosts = (role: ShapeHost['role'], count: number, net: number): readonly ShapeHost[] =>
    Array.from({ length: count }, (_, at) => ({
      name: `${role}${at + 1}`,
      hostname: `${role}${at + 1}.world`,
      address: `198.18.${net}.${at + 11}`,
      role,
    }));
  return { hosts: [...hosts('etcd', etcd, 1), ...hosts('master', masters, 2)] };
}

export const etcdOf = ({ hosts }: Shape): readonly ShapeHost[] => hosts.filter(({ role }) => role === 'etcd');
export const mastersOf = ({ hosts }: Shape): readonly ShapeHost[] =>
  hosts.filter(({ role }) => role === 'master');

export const API_NAME = 'api.world';

export function inventoryOf(shape: Shape): string {
  const line = ({ name, address, hostname }: ShapeHost): string =>
    `${name} ansible_host=${address} openshift_ip=${address} openshift_hostname=${hostname}`;
  return `[OSEv3:children]
masters
etcd

[OSEv3:vars]
ansible_ssh_user=root
openshift_deployment_type=origin
openshift_release=v3.6
openshift_master_cluster_hostname=${API_NAME}
openshift_master_cluster_public_hostname=${API_NAME}

[masters]
${mastersOf(shape).map(line).join('\n')}

[etcd]
${etcdOf(shape).map(line).join('\n')}
`;
}
