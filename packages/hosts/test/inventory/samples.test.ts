import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterOf, parseInventory } from '../../src/inventory';
import type { Cluster, Inventory } from '../../src/inventory';

test('masters that hold etcd, by rpm', () => {
  const inventory = parse('masters-with-etcd');
  const names = ['master1.okd.example.net', 'master2.okd.example.net', 'master3.okd.example.net'];
  const cluster = clusterOf(inventory);
  expect(cluster).toMatchObject({
    clusterHostname: 'api-int.okd.example.net',
    clusterMethod: 'native',
    deploymentType: 'origin',
    release: '3.6',
    newEtcd: [],
    newMasters: [],
  });
  expect(namesOf(cluster)).toEqual({ etcd: names, masters: names });
  expect(cluster.entries.map(({ name }) => name)).toEqual(names);
  expect(cluster.etcd[1]).toEqual({
    name: 'master2.okd.example.net',
    address: 'master2.okd.example.net',
    entry: {
      name: 'master2.okd.example.net',
      address: 'master2.okd.example.net',
      port: 22,
      user: 'centos',
      become: true,
    },
    openshiftIp: '10.20.0.12',
    containerized: false,
    etcdSystemContainer: false,
    masterSystemContainer: false,
    where: 'masters-with-etcd:19',
  });
  expect(inventory.hosts.get('master1.okd.example.net')?.groups).toEqual([
    'OSEv3',
    'etcd',
    'masters',
    'nodes',
  ]);
  expect(inventory.groups.get('nodes')).toHaveLength(15);
  expect(inventory.groups.get('nodes')?.at(-1)).toBe('node12.okd.example.net');
  expect(inventory.hosts.get('node01.okd.example.net')?.vars['openshift_node_labels']).toBe(
    "{'region': 'primary', 'zone': 'east'}",
  );
});

test('etcd on hosts of its own, in containers, with aliases: name, address and OKD’s names stay apart', () => {
  const cluster = clusterOf(parse('etcd-apart'));
  expect(namesOf(cluster)).toEqual({ etcd: ['e1', 'e2', 'e3'], masters: ['m1', 'm2', 'm3'] });
  expect(cluster.entries.map(({ name }) => name)).toEqual(['e1', 'e2', 'e3', 'm1', 'm2', 'm3']);
  expect(cluster.etcd[0]).toMatchObject({
    name: 'e1',
    address: '192.0.2.31',
    entry: { user: 'root', become: false, port: 22 },
    openshiftHostname: 'e1.corp.example',
    openshiftIp: '10.1.1.31',
    containerized: true,
    etcdSystemContainer: false,
  });
  expect(cluster).toMatchObject({
    deploymentType: 'openshift-enterprise',
    clusterHostname: 'ocp-int.corp.example',
    newEtcd: [],
  });
});

test('a single master with etcd inside, reached locally: there are no etcd hosts', () => {
  const cluster = clusterOf(parse('single-master'));
  expect(namesOf(cluster)).toEqual({ etcd: [], masters: ['allinone.lab.example'] });
  expect(cluster.masters[0]?.entry.connection).toBe('local');
  expect(cluster).toMatchObject({ release: '3.6' });
  expect(cluster.clusterHostname).toBeUndefined();
});

test('a host waiting in [new_etcd] is kept for whoever has to refuse it', () => {
  const cluster = clusterOf(
    parse('etcd-apart', (text) => text.replace('[new_etcd]', '[new_etcd]\ne4 ansible_host=192.0.2.34')),
  );
  expect(cluster.newEtcd).toEqual(['e4']);
  expect(namesOf(cluster).etcd).toEqual(['e1', 'e2', 'e3']);
});

function parse(name: string, edit = (text: string): string => text): Inventory {
  const text = readFileSync(join(__dirname, 'samples', `${name}.ini`), 'utf8');
  return parseInventory(edit(text), name, { defaultUser: 'operator' });
}

function namesOf({ etcd, masters }: Cluster): { etcd: readonly string[]; masters: readonly string[] } {
  return { etcd: etcd.map(({ name }) => name), masters: masters.map(({ name }) => name) };
}
