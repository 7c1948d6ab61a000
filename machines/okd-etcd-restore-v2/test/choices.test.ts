import { parseInventory } from '@pawl/hosts';
import { choicesFrom } from '../src';
import { checkChoices } from '../src/choices';
import type { Flags } from '../src/from-inventory';
import { choicesOf } from './helpers/choices-of';

const INI = `[OSEv3:children]
masters
etcd
[OSEv3:vars]
ansible_ssh_user=root
openshift_master_cluster_hostname=api.example.com
[masters]
m[1:2]
[etcd]
e[1:3]
`;
const from = (flags: Flags) => choicesFrom(parseInventory(INI, '/etc/ansible/hosts'), flags);
const coded = (code: string): Error => expect.objectContaining({ code }) as Error;

test('the first etcd host has the backup, where none is named', () => {
  const choices = from({ from: '/backup/old' });
  expect(choices.from).toEqual({ host: 'e1', path: '/backup/old' });
  expect(choices.etcd.map(({ name }) => name)).toEqual(['e1', 'e2', 'e3']);
});

test('the host that has it comes first, the others keep their order', () => {
  expect(from({ from: 'e2:/backup/old' }).etcd.map(({ name }) => name)).toEqual(['e2', 'e1', 'e3']);
});

test('hosts that will not come back are left out, and remembered', () => {
  const choices = from({ from: '/b', hostDead: ['e1', 'm2'], reason: 'burnt' });
  expect(choices).toMatchObject({
    from: { host: 'e2' },
    gone: ['e1', 'm2'],
    membersBefore: 3,
    reason: 'burnt',
  });
  expect([...choices.etcd, ...choices.masters].map(({ name }) => name)).toEqual(['e2', 'e3', 'm1']);
});

test('the accepted name is the consent to the loss', () => {
  expect(from({ from: '/b', acceptPointOfNoReturn: 'api.example.com' }).acceptDataLoss).toBe(
    'api.example.com',
  );
  expect(from({ from: '/b' }).acceptDataLoss).toBeNull();
});

test.each<[what: string, flags: Flags, says: RegExp]>([
  ['no backup', {}, /which backup/],
  ['a path that is not absolute', { from: 'backup' }, /absolute path/],
  ['a host without etcd', { from: 'm1:/b' }, /m1 is no etcd host/],
  ['a dead host’s backup', { from: 'e1:/b', hostDead: ['e1'], reason: 'burnt' }, /e1 is no etcd host/],
  ['a stranger', { from: '/b', hostDead: ['e9'], reason: 'burnt' }, /e9: no host/],
  ['no reason', { from: '/b', hostDead: ['e3'] }, /wants a --reason/],
  [
    'nobody left',
    { from: '/b', hostDead: ['e1', 'e2', 'e3'], reason: 'burnt' },
    /no etcd host would be left/,
  ],
  ['a database that is not absolute', { from: '/b', dbFrom: 'db' }, /--db-from db/],
])('%s is refused', (_what, flags, says) => {
  expect(() => from(flags)).toThrow(coded('E_USAGE'));
  expect(() => from(flags)).toThrow(says);
});

test('choices whose first host has no backup are none', () => {
  const choices = choicesOf();
  expect(() => checkChoices({ ...choices, from: { host: 'etcd2', path: '/b' } })).toThrow(coded('E_CHOICES'));
  expect(checkChoices({ ...choices })).toEqual(choices);
});
