import { tooNew, unlistedArgv, type ReadHost } from '@pawl/hosts';
import { editForV3 } from '../src/config/storage-backend';
import { effectiveBackend } from '../src/effective-backend';
import { okdHostCommands } from '../src/host-commands';
import { inspectMaster } from '../src/inspect-master';
import { unitLog } from '../src/log/unit-log';
import { apiReady } from '../src/readiness';
import { fakeHost, type Answer, type FakeHost } from './fake-host';
import { fixture } from './fixture';

const file = '/etc/origin/master/master-config.yaml';
const ha = fixture('master-config/ha.yaml');
const shown = fixture('systemd-252/ha.show.txt').split('\n\n');
const quiet = [shown[6], shown[6]].join('\n\n').replaceAll('corosync', 'pacemaker');
const version = 'openshift v3.6.173.0.96\nkubernetes v1.6.1+5115d708d7\netcd 3.2.1\n';

interface Given {
  readonly config?: string;
  readonly files?: Readonly<Record<string, string | undefined>>;
  readonly answers?: Readonly<Record<string, Answer>>;
}

function master({ config = ha, files = {}, answers = {} }: Given = {}): FakeHost {
  const all: Readonly<Record<string, string | undefined>> = {
    [file]: config,
    '/etc/sysconfig/origin-master-api': `CONFIG_FILE=${file}\n`,
    '/etc/sysconfig/origin-master-controllers': `CONFIG_FILE=${file}\n`,
    '/etc/origin/master/master.etcd-ca.crt': '',
    '/etc/origin/master/master.etcd-client.crt': '',
    '/etc/origin/master/master.etcd-client.key': '',
    ...files,
  };
  const there = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return fakeHost(Object.fromEntries(there), {
    'systemctl list-unit-files': fixture('systemd-252/ha.list.txt'),
    [`systemctl show --no-pager ${properties} -- pacemaker`]: quiet,
    'systemctl show': [shown[3], shown[1], shown[2], shown[0]].join('\n\n'),
    '/usr/bin/openshift version': version,
    ...answers,
  });
}
const properties =
  '-p Id -p LoadState -p ActiveState -p SubState -p UnitFileState -p MainPID -p ExecMainStartTimestampMonotonic -p ExecStart -p Environment -p EnvironmentFiles';
const codes = async (given: Given): Promise<readonly string[]> =>
  (await inspectMaster(master(given))).refusals.map((refusal) => refusal.code);

test('a master of 3.6 that can be migrated', async () => {
  const inspected = await inspectMaster(master());
  expect(inspected).toMatchObject({
    version: 'v3.6.173.0.96',
    units: ['origin-master-api.service', 'origin-master-controllers.service'],
    configPath: file,
    config: { backend: 'v2' },
    refusals: [],
  });
});

test('one that is on v3 already is told by its configuration, not refused here', async () => {
  const { config, refusals } = await inspectMaster(master({ config: editForV3(ha).text }));
  expect([config?.backend, refusals]).toEqual(['v3', []]);
});

test.each<[string, Given, readonly string[]]>([
  [
    'embedded etcd',
    { config: fixture('master-config/embedded.yaml'), files: { '/etc/origin/master/ca-bundle.crt': '' } },
    ['E_EMBEDDED_ETCD'],
  ],
  [
    'a key that is not there',
    { files: { '/etc/origin/master/master.etcd-client.key': undefined } },
    ['E_MASTER_FILES'],
  ],
  ['etcd without TLS', { config: ha.replace('  ca: master.etcd-ca.crt\n', '') }, ['E_MASTER_CONFIG']],
  [
    '3.7',
    { answers: { '/usr/bin/openshift version': version.replace('v3.6.173.0.96', 'v3.7.9') } },
    ['E_OKD_VERSION'],
  ],
  ['no program', { answers: { '/usr/bin/openshift version': { exit: 127 } } }, ['E_OKD_VERSION']],
  ['a configuration that is no YAML', { config: 'a: [' }, ['E_MASTER_CONFIG']],
  ['one that can’t be edited', { config: ha.replaceAll('\n', '\r\n') }, ['E_MASTER_CONFIG']],
  [
    'an unknown backend',
    { config: ha.replace('    event-ttl:\n    - 48h0m0s', '    storage-backend:\n    - etcd9') },
    ['E_MASTER_CONFIG'],
  ],
  [
    'two files',
    {
      files: {
        '/etc/sysconfig/origin-master-controllers': 'CONFIG_FILE=/etc/origin/master/c.yaml\n',
        '/etc/origin/master/c.yaml': ha,
      },
    },
    ['E_MASTER_CONFIG'],
  ],
  [
    'keys where tokens would not be known as secrets',
    { config: ha.replace('openShiftStoragePrefix: openshift.io', 'openShiftStoragePrefix: os') },
    ['E_MASTER_CONFIG'],
  ],
  ['an Atomic Host', { files: { '/run/ostree-booted': '' } }, ['E_MASTER_RUNTIME']],
  [
    'Pacemaker',
    {
      answers: {
        [`systemctl show --no-pager ${properties} -- pacemaker`]: `Id=pacemaker.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\n${quiet.split('\n\n')[1] ?? ''}`,
      },
    },
    ['E_PACEMAKER'],
  ],
  [
    'a client through the load balancer',
    {
      files: {
        '/etc/origin/master/openshift-master.kubeconfig':
          'current-context: a\ncontexts: [{name: a, context: {cluster: b}}]\nclusters: [{name: b, cluster: {server: "https://api-int.okd.example.net:8443"}}]\n',
      },
    },
    ['E_LOOPBACK'],
  ],
  [
    'systemd that does not answer',
    { answers: { 'systemctl list-unit-files': { exit: 1, stderr: 'Failed to connect to bus' } } },
    ['E_MASTER_UNITS'],
  ],
])('%s is a refusal with its remedy', async (_, given, expected) => {
  const { refusals } = await inspectMaster(master(given));
  expect(refusals.map((refusal) => refusal.code)).toEqual(expected);
  expect(refusals.every((refusal) => refusal.hint !== '' && refusal.message !== '')).toBe(true);
});

test('everything that is wrong is said at once', async () => {
  const given: Given = {
    files: { '/run/ostree-booted': '', '/etc/origin/master/master.etcd-ca.crt': undefined },
    answers: { '/usr/bin/openshift version': version.replace('v3.6', 'v3.5') },
  };
  expect(await codes(given)).toEqual(['E_MASTER_RUNTIME', 'E_OKD_VERSION', 'E_MASTER_FILES']);
});

test('a host that can’t be reached is an error, not a refusal', async () => {
  const gone: ReadHost = { ...master(), read: () => Promise.reject(new Error('E_UNREACHABLE')) };
  await expect(inspectMaster(gone)).rejects.toThrow('E_UNREACHABLE');
});

test('nothing that is handed on holds the identity provider’s password', async () => {
  const damaged = await inspectMaster(master({ config: `${ha}  bindPassword: s3cr3t-canary\n` }));
  expect(JSON.stringify([await inspectMaster(master()), damaged])).not.toContain('s3cr3t-canary');
});

test('nothing runs on a host that is not listed, or newer than EL7', async () => {
  const host = master({
    files: { '/proc/uptime': '10.0 5.0\n', '/proc/77/cmdline': '' },
    answers: { curl: 'ok\n200', journalctl: 'a line\n', 'stat -c %Z': '1\n', 'date +%s': '100\n' },
  });
  const { config } = await inspectMaster(host);
  await apiReady(host, config!);
  await unitLog(host, 'origin-master-api.service');
  await effectiveBackend(host, { mainPid: 77, startedUs: 1 }, { path: file, facts: config! });
  const run = host.asked.filter((argv) => argv.join(' ') !== '/usr/bin/openshift version');
  expect(
    run.flatMap((argv) =>
      unlistedArgv(
        argv.filter((word) => !ownOptions(argv[0]).has(word)),
        okdHostCommands,
      ),
    ),
  ).toEqual([]);
  expect(tooNew(okdHostCommands)).toEqual([]);
  // The list has nothing that is no longer run, and what the test left out is really run.
  const words = new Set(host.asked.flat());
  expect(
    okdHostCommands
      .flatMap((one) => [one.name, ...Object.keys(one.options ?? {})])
      .filter((word) => !words.has(word)),
  ).toEqual([]);
  expect(run).toHaveLength(host.asked.length - 1);
});

/** Options that only this package gives to a command that `@pawl/hosts` lists too: there the first entry counts. */
function ownOptions(name: string | undefined): ReadonlySet<string> {
  return new Set(
    Object.keys(okdHostCommands.find((one) => one.name === name)?.options ?? {}).filter(
      (option) => option !== '-p',
    ),
  );
}
