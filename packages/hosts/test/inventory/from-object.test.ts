import { clusterOf, inventoryFromObject } from '../../src/inventory';
import type { InventoryObject } from '../../src/inventory';

test('an inventory in code: the same cluster as in a file', () => {
  const cluster = clusterOf(
    inventoryFromObject({
      groups: {
        OSEv3: {
          children: ['masters', 'etcd'],
          vars: { ansible_user: 'root', openshift_master_cluster_hostname: 'api' },
        },
        masters: { hosts: { m1: { ansible_host: '192.0.2.1', ansible_port: 2222 } } },
        etcd: { hosts: { e1: {}, e2: { containerized: true } } },
      },
    }),
  );
  expect(cluster.clusterHostname).toBe('api');
  expect(cluster.entries).toEqual([
    { name: 'e1', address: 'e1', port: 22, user: 'root', become: false },
    { name: 'e2', address: 'e2', port: 22, user: 'root', become: false },
    { name: 'm1', address: '192.0.2.1', port: 2222, user: 'root', become: false },
  ]);
  expect(cluster.etcd.map(({ containerized }) => containerized)).toEqual([false, true]);
});

test.each([
  [null, 'inventory', 'null'],
  [[], 'inventory', 'an array'],
  [{}, 'inventory.groups', 'undefined'],
  [{ groups: {}, hosts: {} }, 'inventory.hosts', "'hosts'"],
  [{ groups: { etcd: [] } }, 'inventory.groups.etcd', 'an array'],
  [{ groups: { etcd: { host: {} } } }, 'inventory.groups.etcd.host', "'host'"],
  [{ groups: { etcd: { hosts: ['e1'] } } }, 'inventory.groups.etcd.hosts', 'an array'],
  [{ groups: { etcd: { hosts: { 'e 1': {} } } } }, 'inventory.groups.etcd.hosts.e 1', 'name of a host'],
  [{ groups: { etcd: { hosts: { e1: { a: [] } } } } }, 'inventory.groups.etcd.hosts.e1.a', 'a string'],
  [
    { groups: { etcd: { hosts: { e1: { a: Number.NaN } } } } },
    'inventory.groups.etcd.hosts.e1.a',
    'a string',
  ],
  [
    { groups: { etcd: { hosts: { e1: { ansible_port: 'x' } } } } },
    'inventory.groups.etcd.hosts.e1.ansible_port',
    'ansible_port',
  ],
  [{ groups: { etcd: { vars: 1 } } }, 'inventory.groups.etcd.vars', 'number'],
  [{ groups: { etcd: { children: 'a' } } }, 'inventory.groups.etcd.children', 'string'],
  [{ groups: { etcd: { children: [1] } } }, 'inventory.groups.etcd.children[0]', 'number'],
  [{ groups: { etcd: { children: ['m'] } } }, 'inventory.groups.etcd.children[0]', "'m'"],
])('%j is refused at %s: %s', (object, where, what) => {
  expect(() => inventoryFromObject(object as InventoryObject)).toThrow(
    expect.objectContaining({
      code: 'E_INVENTORY',
      where,
      message: expect.stringContaining(what) as unknown,
    }),
  );
});

test('what is not supported yet is refused in code, too', () => {
  const object = { groups: { etcd: { hosts: { e1: {} }, vars: { ansible_password: 'x' } } } };
  expect(() => inventoryFromObject(object)).toThrow(
    expect.objectContaining({
      code: 'E_INVENTORY_UNSUPPORTED',
      where: 'inventory.groups.etcd.vars.ansible_password',
    }),
  );
});
