import { createHash } from 'node:crypto';
import { readMasterConfig } from '../../src/config/read-master-config';
import { parseShow, type ShownUnit } from '../../src/units/show-units';
import { fakeHost } from '../fake-host';
import { fixture } from '../fixture';

const file = '/etc/origin/master/master-config.yaml';
const text = fixture('master-config/ha.yaml');
const sysconfig = `OPTIONS=--loglevel=2 --listen=https://0.0.0.0:8443\nCONFIG_FILE=${file}\n`;
const api = parseShow(fixture('systemd-252/ha.show.txt'))[1]!;
const files = { [file]: text, '/etc/sysconfig/origin-master-api': sysconfig };
const unit = (changes: Partial<ShownUnit>): ShownUnit => ({ ...api, ...changes });

test('the path comes from the unit, through its environment file', async () => {
  const config = await readMasterConfig(fakeHost(files), api);
  expect(config.path).toBe(file);
  expect(config.text).toBe(text);
  expect(config.sha256).toBe(createHash('sha256').update(text).digest('hex'));
  expect(config.facts.etcd?.ca).toBe('/etc/origin/master/master.etcd-ca.crt');
});

test('relative paths in it start at its own directory', async () => {
  const moved = fakeHost({ '/opt/m/c.yaml': text });
  const config = await readMasterConfig(
    moved,
    unit({ command: ['openshift', '--config=/opt/m/c.yaml'], environmentFiles: [] }),
  );
  expect(config.facts.etcd?.ca).toBe('/opt/m/master.etcd-ca.crt');
});

test('a path found before needs no unit', async () => {
  expect((await readMasterConfig(fakeHost(files), file)).path).toBe(file);
});

test.each([
  ['Environment=', { environmentFiles: [], environment: `CONFIG_FILE=${file}` }],
  ['a file over Environment=', { environment: 'CONFIG_FILE=/nowhere' }],
  ['two words', { command: ['openshift', '--config', file] }],
  [
    '$OPTIONS',
    {
      command: ['openshift', '$CONFIG_OPTIONS'],
      environmentFiles: [],
      environment: `CONFIG_OPTIONS=--config=${file}`,
    },
  ],
  ['the last of two', { command: ['openshift', '--config=/nowhere', `--config=${file}`] }],
  [
    'an optional file that is missing',
    {
      environmentFiles: [
        { path: '/etc/sysconfig/missing', optional: true },
        { path: '/etc/sysconfig/origin-master-api', optional: false },
      ],
    },
  ],
])('by %s', async (_, changes) => {
  expect((await readMasterConfig(fakeHost(files), unit(changes))).path).toBe(file);
});

test.each([
  ['none', { command: ['openshift', 'start', 'master'] }, /no --config/],
  ['an unset variable', { environmentFiles: [] }, /no --config/],
  ['a relative path', { command: ['openshift', '--config=master-config.yaml'] }, /relative path/],
])('%s: refused', async (_, changes, message) => {
  const answer = readMasterConfig(fakeHost(files), unit(changes));
  await expect(answer).rejects.toThrow(message);
  await expect(answer).rejects.toMatchObject({ code: 'E_MASTER_CONFIG', where: 'm1' });
});

test('an environment file that is missing and not optional is an error that names it', async () => {
  const answer = readMasterConfig(fakeHost({ [file]: text }), api);
  await expect(answer).rejects.toThrow(/cat -- \/etc\/sysconfig\/origin-master-api: exit status 1/);
});

test('a damaged file is refused with host, file and line', async () => {
  const answer = readMasterConfig(fakeHost({ ...files, [file]: 'a:\n\tb: 1\n' }), api);
  await expect(answer).rejects.toMatchObject({ code: 'E_MASTER_CONFIG', where: `m1:${file}:2` });
});

test('bytes that are not UTF-8 are refused: they would come back changed', async () => {
  const host = fakeHost(files);
  const read: typeof host.read = async (argv, options) => {
    const result = await host.read(argv, options);
    return argv.at(-1) === file ? { ...result, stdout: Buffer.from([0x61, 0x3a, 0x20, 0xe4, 0x0a]) } : result;
  };
  await expect(readMasterConfig({ ...host, read }, api)).rejects.toThrow(/not UTF-8/);
});
