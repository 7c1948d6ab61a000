import { inventoryFromObject, parseInventory, type InventoryObjectVars } from '@pawl/hosts';
import { allHosts } from '@pawl/steps-etcd';
import { checkChoices, hostEntry } from '../src';
import { choicesFrom } from '../src/from-inventory';
import { choicesOf } from './helpers/a-cluster';

const INI = `[OSEv3:children]
masters
nodes
etcd

[OSEv3:vars]
ansible_ssh_user=deploy
ansible_become=true
openshift_deployment_type=origin
openshift_release=v3.6
openshift_master_cluster_method=native
openshift_master_cluster_hostname=api.example.com

[masters]
master[1:2].example.com

[etcd]
etcd[1:3].example.com openshift_ip=192.0.2.1

[nodes]
node[01:20].example.com
`;

test('an OKD inventory: etcd in order, the first migrates; nodes are nobody', () => {
  const choices = choicesFrom(parseInventory(INI, '/etc/ansible/hosts'), {});
  expect(choices.etcd.map((h) => h.name)).toEqual([1, 2, 3].map((n) => `etcd${n}.example.com`));
  expect(choices.masters.map((h) => h.name)).toEqual(['master1.example.com', 'master2.example.com']);
  expect(choices).toMatchObject({
    clusterName: 'api.example.com',
    inventoryFile: '/etc/ansible/hosts',
    acceptPointOfNoReturn: null,
    declared: [],
  });
  expect(choices.etcd[0]).toEqual({
    ...{ name: 'etcd1.example.com', address: 'etcd1.example.com', port: 22 },
    ...{ user: 'deploy', become: true, privateKeyFile: null, connection: 'ssh' },
  });
});

const object = (vars: InventoryObjectVars, etcd: readonly string[] = ['e1'], groups: object = {}) =>
  inventoryFromObject({
    groups: {
      masters: { hosts: { m1: { ansible_user: 'root' } } },
      etcd: { hosts: Object.fromEntries(etcd.map((name) => [name, { ansible_user: 'root' }])) },
      OSEv3: { children: ['masters', 'etcd'], vars },
      ...groups,
    },
  });

test('without a cluster host name the first master gives the name', () => {
  expect(choicesFrom(object({}), {}).clusterName).toBe('m1');
});

test('hosts in both groups are fenced once', () => {
  const choices = choicesFrom(
    inventoryFromObject({
      groups: { masters: { hosts: { m1: { ansible_user: 'root' } } }, etcd: { hosts: { m1: {} } } },
    }),
    {},
  );
  expect(allHosts(choices).map((h) => h.name)).toEqual(['m1']);
});

test.each<readonly [string, InventoryObjectVars, object, RegExp]>([
  ['containerized', { containerized: true }, {}, /e1: containerized etcd/],
  [
    'etcd as a system container',
    { openshift_use_etcd_system_container: 'True' },
    {},
    /e1: etcd as a system container/,
  ],
  [
    'a master as a system container',
    { openshift_use_master_system_container: true },
    {},
    /m1: the master as a system container/,
  ],
  ['Pacemaker', { openshift_master_cluster_method: 'pacemaker' }, {}, /Pacemaker/],
  ['a scale-up of etcd', {}, { new_etcd: { hosts: { e9: {} } } }, /new_etcd.*e9/],
  ['a scale-up of masters', {}, { new_masters: { hosts: { m9: {} } } }, /new_masters.*m9/],
])('%s is declared, for preflight to refuse', (_, vars, groups, says) => {
  const { declared } = choicesFrom(object(vars, ['e1'], groups), {});
  expect(declared).toEqual([expect.stringMatching(says)]);
});

test.each(['remaining', 'documented', 'configured'] as const)('--ttl %s', (ttl) => {
  expect(choicesFrom(object({}), { ttl }).ttl).toBe(ttl);
  expect(choicesFrom(object({}), {}).ttl).toBe('remaining');
});

test.each([
  [{ ttl: 'none' }, /--ttl none/],
  [{ onFailure: 'later' }, /--on-failure later/],
  [{ maxOutage: '15' }, /--max-outage 15/],
])('a flag that this release does not have: %j', (flags, says) => {
  expect(() => choicesFrom(object({}), flags)).toThrow(
    expect.objectContaining({ code: 'E_USAGE', message: expect.stringMatching(says) as unknown }),
  );
});

test('no etcd hosts: embedded etcd, and what to do about it', () => {
  expect(() => choicesFrom(object({}, []), {})).toThrow(
    expect.objectContaining({
      code: 'E_INVENTORY',
      hint: expect.stringContaining('embedded2external') as unknown,
    }),
  );
});

test('more members than 7 are no choice', () => {
  const many = Array.from({ length: 9 }, (_, n) => `e${n}`);
  expect(() => choicesFrom(object({}, many), {})).toThrow(
    expect.objectContaining({ code: 'E_CHOICES', message: expect.stringContaining('/etcd') as unknown }),
  );
});

test('the controller’s own host is kept as such, reached as whoever runs Pawl', () => {
  const own = INI.replace('etcd[1:3].example.com', 'etcd1.example.com ansible_connection=local');
  const { etcd, masters } = choicesFrom(parseInventory(own, 'hosts', { defaultUser: 'root' }), {});
  expect(etcd[0]).toMatchObject({ connection: 'local', user: 'root', become: false, privateKeyFile: null });
  expect(masters[0]).toMatchObject({ connection: 'ssh', user: 'deploy' });
});

test('choices as a database gives them back are checked again, every fault told', () => {
  const choices = choicesOf();
  expect(checkChoices(structuredClone(choices))).toEqual(choices);
  expect(() => checkChoices({ ...choices, ttl: 'none', etcd: [], secret: 'x' })).toThrow(
    /\/etcd.*\/ttl|\/ttl.*\/etcd/,
  );
  expect(() => checkChoices({ ...choices, etcd: [{ ...choices.etcd[0], name: '../../etc' }] })).toThrow(
    /\/etcd\/0\/name/,
  );
});

test('a host is reached as the inventory says', () => {
  const [first] = choicesOf().etcd;
  if (first === undefined) throw new Error('no host');
  expect(hostEntry(first)).toEqual({ ...first });
  expect(hostEntry({ ...first, privateKeyFile: null })).not.toHaveProperty('privateKeyFile');
});
