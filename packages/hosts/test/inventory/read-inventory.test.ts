import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readInventory } from '../../src/inventory';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pawl-inventory-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

test('a file', async () => {
  const file = write('hosts', '[etcd]\ne1\n');
  expect((await readInventory(file)).hosts.get('e1')?.where).toBe(`${file}:2`);
});

test('a missing file: its path and why', async () => {
  const where = join(dir, 'missing');
  await expect(readInventory(where)).rejects.toMatchObject({
    code: 'E_INVENTORY',
    where,
    message: expect.stringContaining('ENOENT') as unknown,
  });
});

test('directories, scripts, YAML and JSON are refused for what they are', async () => {
  const script = write('script', '#!/bin/sh\n');
  chmodSync(script, 0o755);
  for (const [file, kind] of [
    [dir, 'a directory'],
    [script, 'a script'],
    [write('hosts.yml', 'all:\n'), 'YAML'],
    [write('hosts2', '---\nall:\n'), 'YAML'],
    [write('hosts3', '{"all": {}}'), 'JSON'],
  ] as const) {
    await expect(readInventory(file)).rejects.toMatchObject({
      code: 'E_INVENTORY_UNSUPPORTED',
      where: file,
      message: expect.stringContaining(kind) as unknown,
    });
  }
});

test.each([
  ['group_vars/all', 'x: 1\nansible_user: root\n', 2, 'ansible_user'],
  [
    'group_vars/OSEv3.yml',
    '---\nopenshift_master_cluster_hostname: api\n',
    2,
    'openshift_master_cluster_hostname',
  ],
  ['group_vars/etcd/main.yaml', 'containerized: true\n', 1, 'containerized'],
  ['host_vars/e1.json', '{\n  "ansible_host": "192.0.2.1" }', 2, 'ansible_host'],
  ['group_vars/all/vault', '$ANSIBLE_VAULT;1.1;AES256\n6162\n', 1, 'encrypted'],
])('%s holds what matters here, and is not read: refused', async (beside, text, line, what) => {
  const file = write('hosts', '[OSEv3:children]\netcd\n[etcd]\ne1\n');
  write(beside, text);
  await expect(readInventory(file)).rejects.toMatchObject({
    code: 'E_INVENTORY_UNSUPPORTED',
    where: `${join(dir, beside)}:${line}`,
    message: expect.stringContaining(what) as unknown,
  });
});

test.each([
  ['group_vars/all.yml', 'openshift_node_labels: {}\nansible_python_interpreter: /usr/bin/python\n'],
  ['group_vars/nodes.yml', 'ansible_user: core\n'],
  ['host_vars/n1', 'ansible_host: 192.0.2.9\n'],
])('%s holds nothing that matters here', async (beside, text) => {
  const file = write('hosts', '[etcd]\ne1\n[nodes]\nn1\n');
  write(beside, text);
  expect((await readInventory(file)).groups.get('etcd')).toEqual(['e1']);
});

function write(name: string, text: string): string {
  const file = join(dir, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}
