import { assertLabName, assertSpec, labHosts, networkNumber } from '../src/spec';

const names = (spec: Parameters<typeof labHosts>[0]): string[] =>
  labHosts(spec, 7).map((host) => `${host.name} ${host.hostname} ${host.address} ${host.role}`);

test('inventory name, host name and address of a host all differ', () => {
  expect(names({ name: 'a', etcd: 2, masters: 1 })).toEqual([
    'etcd1 etcd1.lab 198.18.7.11 etcd',
    'etcd2 etcd2.lab 198.18.7.12 etcd',
    'master1 master1.lab 198.18.7.21 master',
  ]);
});

test('co-located: etcd on the masters, the rest on hosts of their own', () => {
  expect(names({ name: 'a', etcd: 3, masters: 2, colocated: true })).toEqual([
    'master1 master1.lab 198.18.7.21 both',
    'master2 master2.lab 198.18.7.22 both',
    'etcd3 etcd3.lab 198.18.7.13 etcd',
  ]);
});

test('a host that Pawl runs on is one of the lab’s, and its user one who may log in', () => {
  const spec = { name: 'a', etcd: 1, masters: 1 };
  expect(() => assertSpec({ ...spec, controller: 'master1' })).not.toThrow();
  expect(() => assertSpec({ ...spec, controller: 'master2' })).toThrow('no host master2');
  expect(() => assertSpec({ ...spec, loginUser: 'root', rootLogin: false })).toThrow('may not log in');
});

test('the network follows from the name and evades those that are taken', () => {
  const first = networkNumber('demo', new Set());
  expect(networkNumber('demo', new Set())).toBe(first);
  expect(networkNumber('demo', new Set([first]))).toBe(first + 1);
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(251);
});

test.each(['', 'A', '-a', 'a/b', 'a b', '../x', 'a'.repeat(21)])('%j is no name for a lab', (name) => {
  expect(() => assertLabName(name)).toThrow('lab name');
});
