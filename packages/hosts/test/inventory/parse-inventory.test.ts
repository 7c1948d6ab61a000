import fc from 'fast-check';
import { clusterOf, inventoryFromObject, parseInventory } from '../../src/inventory';
import type { Inventory, InventoryObject } from '../../src/inventory';
import { splitWords } from '../../src/inventory/split-words';

const options = { defaultUser: 'operator' };

test.each([
  ['m[1:3]', ['m1', 'm2', 'm3']],
  ['m[08:11].x', ['m08.x', 'm09.x', 'm10.x', 'm11.x']],
  ['m[a:c]', ['ma', 'mb', 'mc']],
  ['m[1:9:4]', ['m1', 'm5', 'm9']],
  ['m[:2]', ['m0', 'm1', 'm2']],
  ['r[1:2]n[a:b]', ['r1na', 'r1nb', 'r2na', 'r2nb']],
  ['2001:db8::1', ['2001:db8::1']],
])('the hosts of %s', (pattern, names) => {
  expect(parse(`[etcd]\n${pattern}`).groups.get('etcd')).toEqual(names);
});

test.each([
  ['e1 a=b c="d e" f=\'g h\'', ['e1', 'a=b', 'c=d e', 'f=g h']],
  ['e1 a="it\'s" b=\\"x', ['e1', "a=it's", 'b="x']],
  [String.raw`e1 a="b\"c\\d\e"`, ['e1', String.raw`a=b"c\d\e`]],
  ['e1 a=b # c d=e', ['e1', 'a=b']],
  ['e1 a=b#c', ['e1', 'a=b']],
  ['e1 a="b # c"', ['e1', 'a=b # c']],
  ['e1\ta=""', ['e1', 'a=']],
  ['e1 a="b', undefined],
])('the words of %s', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test('variables: all < parents < children < host, a later line over an earlier one', () => {
  const inventory = parse(`
[all:vars]
a=all
b=all
c=all
d=all
[OSEv3:vars]
b=parent
c=parent
d=parent
[etcd:vars]
c=child
d=child
[etcd]
e1 d=early
[OSEv3:children]
etcd
[other]
e1 d=host   # the last word
`);
  expect(inventory.hosts.get('e1')?.vars).toEqual({ a: 'all', b: 'parent', c: 'child', d: 'host' });
  expect(inventory.hosts.get('e1')?.groups).toEqual(['OSEv3', 'other', 'etcd']);
});

test('groups of one depth: by priority, then by name', () => {
  const text = '[b]\nh\n[a]\nh\n[a:vars]\nx=a\n[b:vars]\nx=b\n';
  expect(parse(text).hosts.get('h')?.vars['x']).toBe('b');
  expect(parse(`${text}[a:vars]\nansible_group_priority=2`).hosts.get('h')?.vars['x']).toBe('a');
});

test('a group holds its own hosts in order, then those of its children', () => {
  const inventory = parse('[top:children]\nb\na\n[top]\nz\n[a]\na2\na1\n[b]\nb1\nz\n[etcd:children]\ntop');
  expect(inventory.groups.get('etcd')).toEqual(['z', 'b1', 'a2', 'a1']);
  expect(clusterOf(inventory).etcd[0]?.name).toBe('z');
});

test('hosts before any section, blank lines, comments, CRLF and a byte order mark', () => {
  const inventory = parse('\ufeff# x\r\n; y\r\n\r\nlone a=1\r\n[etcd] # members\r\n  e1  \r\n');
  expect(inventory.groups.get('ungrouped')).toEqual(['lone']);
  expect(inventory.groups.get('etcd')).toEqual(['e1']);
  expect(inventory.groups.get('all')).toEqual(['lone', 'e1']);
  expect(inventory.hosts.get('e1')?.where).toBe('hosts:6');
});

test.each([
  ['[etcd]\ne1', { address: 'e1', port: 22, user: 'operator', become: true }],
  [
    '[etcd]\ne1 ansible_host=192.0.2.1 ansible_port=2222 ansible_user=root',
    { address: '192.0.2.1', port: 2222, user: 'root', become: false },
  ],
  [
    '[etcd]\ne1 ansible_ssh_host=x ansible_ssh_port=23 ansible_ssh_user=centos',
    { address: 'x', port: 23, user: 'centos' },
  ],
  ['[etcd]\ne1:2222', { address: 'e1', port: 2222 }],
  ['[etcd]\ne1 ansible_host=2001:db8::1', { address: '2001:db8::1' }],
  ['[etcd]\ne1 ansible_ssh_private_key_file="/k/my key"', { privateKeyFile: '/k/my key' }],
  ['[etcd]\ne1\n[etcd:vars]\nansible_private_key_file="~/.ssh/k"', { privateKeyFile: '~/.ssh/k' }],
  ['[etcd]\ne1 ansible_user=root ansible_become=yes', { become: false }],
  ['[etcd]\ne1 ansible_user=root ansible_become=no', { become: false }],
  ['[etcd]\ne1 ansible_user=centos ansible_sudo=True', { become: true }],
  ['[etcd]\ne1 ansible_user=x ansible_ssh_user=x', { user: 'x' }],
  [
    '[etcd]\ne1 ansible_become_method=sudo ansible_become_user=root ansible_connection=ssh',
    { address: 'e1' },
  ],
  [
    '[etcd]\ne1 ansible_connection=local\n[etcd:vars]\nansible_user=centos\nansible_ssh_private_key_file=k',
    { address: 'e1', user: 'operator', become: true, connection: 'local' },
  ],
  ['[etcd]\ne1 ansible_python_interpreter=/usr/bin/python3 ansible_ssh_common_args=""', { address: 'e1' }],
])('how a host is reached: %s', (text, entry) => {
  expect(parse(text).hosts.get('e1')?.entry).toMatchObject({ name: 'e1', ...entry });
});

test.each([
  'ansible_ssh_common_args="-o ProxyJump=b"',
  'ansible_ssh_extra_args=-4',
  'ansible_ssh_pass=x',
  'ansible_password=x',
  'ansible_become_pass=x',
  'ansible_become_password=x',
  'ansible_become_method=su',
  'ansible_become_user=admin',
  'ansible_become_flags=-H',
  'ansible_connection=docker',
  'ansible_ssh_executable=/opt/ssh',
  'ansible_host_key_checking=false',
  'ansible_shell_type=csh',
  'ansible_never_heard_of=1',
  'ansible_host={{address}}',
])('%s is refused by name, with its place; for another host it is no matter', (assignment) => {
  const variable = assignment.replace(/=.*/, '');
  for (const [text, line] of [
    [`[etcd]\ne1 ${assignment}`, 2],
    [`[masters]\ne1\n[masters:vars]\n${assignment.replaceAll('"', '')}`, 4],
    [`[all:vars]\n${assignment.replaceAll('"', '')}\n[new_etcd]\ne1`, 2],
  ] as const) {
    const refusal = caught(() => parse(text));
    expect(refusal).toMatchObject({
      code: 'E_INVENTORY_UNSUPPORTED',
      where: `hosts:${line}`,
      facts: { variable },
    });
    expect(refusal).toHaveProperty('message', expect.stringContaining(variable));
  }
  expect(() => parse(`[etcd]\ne1\n[nodes]\nn1 ${assignment}`)).not.toThrow();
});

test.each([
  ['[etcd', 1, 'host'],
  ['[etcd:kids]', 1, 'kind of section'],
  ['[a b]', 1, 'no section'],
  ['[etcd]\ne1 user', 2, "'user' is no variable"],
  ['[etcd]\ne1 ansible_user = root', 2, 'is no variable'],
  ['[etcd]\ne1 ; the first', 2, "';' is no variable"],
  ['[etcd]\ne1 a="b', 2, 'quote'],
  ['[etcd]\n-oProxyCommand=x', 2, 'name of a host'],
  ['[etcd]\nm[3:1]', 2, 'backwards'],
  ['[etcd]\nm[c:a]', 2, 'backwards'],
  ['[etcd]\nm[01:100]', 2, 'length'],
  ['[etcd]\nm[1:x]', 2, 'range'],
  ['[etcd]\nm[1:3:0]', 2, 'step'],
  ['[etcd]\nm[1:99999]', 2, 'more than'],
  ['[etcd:vars]\na=b', 1, "group 'etcd'"],
  ['[OSEv3:children]\netc', 2, "group 'etc'"],
  ['[OSEv3:children]\nmasters etcd\n', 2, 'name of a group'],
  ['[etcd:vars]\nnothing\n[etcd]', 2, 'no variable'],
  ['[a:children]\nb\n[b:children]\na', 2, 'child of itself'],
  ['[etcd]\ne1 ansible_port=ssh', 2, 'ansible_port'],
  ['[etcd]\ne1 ansible_port=70000', 2, '70000'],
  ['[etcd]\ne1 ansible_host=-oProxyCommand=x', 2, 'ansible_host'],
  ['[etcd]\ne1\n[etcd:vars]\nansible_user=root # us', 4, "'root # us'"],
  ['[etcd]\ne1 ansible_user=a ansible_ssh_user=b', 2, 'both'],
  ['[etcd]\ne1 ansible_user=centos ansible_become=false', 2, 'root'],
  ['[etcd]\ne1 ansible_become=perhaps', 2, 'neither'],
])('%j is refused at line %i: %s', (text, line, what) => {
  const refusal = caught(() => parse(text));
  expect(refusal).toMatchObject({ code: 'E_INVENTORY', where: `hosts:${line}` });
  expect(refusal).toHaveProperty('message', expect.stringContaining(what));
  expect(refusal).toHaveProperty('hint', expect.any(String));
});

test('one host under two names in the cluster is refused', () => {
  expect(() =>
    clusterOf(parse('[masters]\nm1 ansible_host=192.0.2.1\n[etcd]\ne1 ansible_host=192.0.2.1')),
  ).toThrow(
    expect.objectContaining({ code: 'E_INVENTORY', message: expect.stringContaining('m1') as unknown }),
  );
});

test('what is written as text is read as the object it was made from', () => {
  fc.assert(
    fc.property(object(), (it) => {
      const [read, made] = [
        parseInventory(print(it), 'hosts', options),
        inventoryFromObject(it, 'it', options),
      ];
      expect(withoutPlaces(read)).toEqual(withoutPlaces(made));
    }),
    { numRuns: 200 },
  );
});

function parse(text: string): Inventory {
  return parseInventory(text, 'hosts', options);
}

/** Groups in layers, so that none is a child of itself; values with everything that needs quotes on a host line. */
function object(): fc.Arbitrary<InventoryObject> {
  const host = fc.stringMatching(/^[a-z][a-z0-9_-]{0,5}(\.[a-z0-9]{1,3})?$/);
  const key = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/).filter((it) => !it.startsWith('ansible'));
  const value = fc
    .stringMatching(/^[A-Za-z0-9 '"#;\\=:{}[\],.@/-]{0,12}$/)
    .map((it) => it.replace(/^[\s'"]+/, '').trimEnd());
  const vars = fc.dictionary(key, value, { maxKeys: 3 });
  const group = fc.record({ hosts: fc.dictionary(host, vars, { maxKeys: 4 }), vars });
  return fc.array(group, { minLength: 1, maxLength: 4 }).map((list) => ({
    groups: Object.fromEntries(
      list.map((it, index) => [
        `g${index}`,
        {
          ...it,
          children: list.slice(index + 1).flatMap((_, at) => (at % 2 === 0 ? [`g${index + 1 + at}`] : [])),
        },
      ]),
    ),
  }));
}

function print({ groups }: InventoryObject): string {
  return Object.entries(groups)
    .flatMap(([name, { hosts = {}, children = [], vars = {} }]) => [
      `[${name}]`,
      ...Object.entries(hosts).map(([host, own]) =>
        [host, ...Object.entries(own).map(([key, value]) => `${key}=${quoted(String(value))}`)].join(' '),
      ),
      `[${name}:children]`,
      ...children,
      `[${name}:vars]`,
      ...Object.entries(vars).map(([key, value]) => `${key} = ${String(value)}`),
    ])
    .join('\n');
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

function withoutPlaces({ hosts, groups }: Inventory): object {
  return {
    groups: Object.fromEntries(groups),
    hosts: [...hosts].map(([name, { entry, vars, groups: of }]) => ({ name, entry, vars, of })),
  };
}

function caught(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
