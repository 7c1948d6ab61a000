import type { CommandResult, ReadHost } from '@pawl/hosts';
import { clientEndpoint, readEtcdSettings } from '../../src';

const RHEL =
  '{ path=/bin/bash ; argv[]=/bin/bash -c GOMAXPROCS=$(nproc) /usr/bin/etcd --name="${ETCD_NAME}" --data-dir="${ETCD_DATA_DIR}" --listen-client-urls="${ETCD_LISTEN_CLIENT_URLS}" ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }';
const PLAIN = '{ path=/usr/bin/etcd ; argv[]=/usr/bin/etcd ; ignore_errors=no ; start_time=[n/a] ; pid=0 }';
const CONF = `ETCD_NAME=m1
ETCD_DATA_DIR=/var/lib/etcd/
ETCD_LISTEN_CLIENT_URLS=https://198.18.1.1:2379
ETCD_ADVERTISE_CLIENT_URLS=https://198.18.1.1:2379
ETCD_INITIAL_ADVERTISE_PEER_URLS=https://198.18.1.1:2380
ETCD_INITIAL_CLUSTER=m1=https://198.18.1.1:2380
ETCD_INITIAL_CLUSTER_TOKEN=etcd-cluster-1
ETCD_ELECTION_TIMEOUT=2500
ETCD_QUOTA_BACKEND_BYTES=4294967296
ETCD_CA_FILE=/etc/etcd/ca.crt
ETCD_CERT_FILE=/etc/etcd/server.crt
ETCD_KEY_FILE=/etc/etcd/server.key
ETCD_PEER_CERT_FILE=/etc/etcd/peer.crt
ETCD_PEER_KEY_FILE=/etc/etcd/peer.key
`;

interface World {
  readonly execStart?: string;
  readonly environment?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly environmentFiles?: readonly string[];
  readonly user?: string;
  readonly mounts?: readonly string[];
  readonly dropIns?: string;
}

/** A host that knows systemctl, cat and mountpoint, and refuses everything else. */
function host(world: World): ReadHost {
  const files: Readonly<Record<string, string>> = world.files ?? { '/etc/etcd/etcd.conf': CONF };
  const answer = (exit: number, stdout = ''): CommandResult => ({
    exit,
    stdout: Buffer.from(stdout),
    stderr: Buffer.alloc(0),
  });
  const shown = [
    'LoadState=loaded',
    'FragmentPath=/usr/lib/systemd/system/etcd.service',
    `DropInPaths=${world.dropIns ?? ''}`,
    `User=${world.user ?? 'etcd'}`,
    'Group=',
    `Environment=${world.environment ?? ''}`,
    ...(world.environmentFiles ?? ['EnvironmentFile=/etc/etcd/etcd.conf (ignore_errors=yes)']),
    `ExecStart=${world.execStart ?? RHEL}`,
  ];
  const refuse = (): never => {
    throw new Error('not asked for here');
  };
  return {
    name: 'h1',
    address: 'h1',
    read: (argv) => {
      const last = argv.at(-1) ?? '';
      if (argv[0] === 'systemctl')
        return Promise.resolve(
          answer(
            0,
            last === 'etcd.service' ? `${shown.join('\n')}\n` : 'LoadState=not-found\nFragmentPath=\n',
          ),
        );
      if (argv[0] === 'cat')
        return Promise.resolve(files[last] === undefined ? answer(1) : answer(0, files[last]));
      if (argv[0] === 'mountpoint')
        return Promise.resolve(answer(world.mounts?.includes(last) === true ? 0 : 1));
      return refuse();
    },
    readScript: refuse,
    readStream: refuse,
  };
}

test('as RHEL packages it and OKD sets it up', async () => {
  expect(await readEtcdSettings(host({}))).toEqual({
    unit: 'etcd',
    memberName: 'm1',
    dataDir: '/var/lib/etcd',
    walDir: null,
    walDirIsMount: false,
    memberDirIsMount: false,
    listenClientUrls: ['https://198.18.1.1:2379'],
    advertiseClientUrls: ['https://198.18.1.1:2379'],
    initialAdvertisePeerUrls: ['https://198.18.1.1:2380'],
    initialCluster: 'm1=https://198.18.1.1:2380',
    token: 'etcd-cluster-1',
    clientEndpoint: 'https://198.18.1.1:2379',
    // The server certificate has serverAuth only: never as a client's.
    certs: { ca: '/etc/etcd/ca.crt', cert: '/etc/etcd/peer.crt', key: '/etc/etcd/peer.key' },
    user: 'etcd',
    group: null,
    quotaBackendBytes: 4294967296,
    snapshotCount: null,
    electionTimeoutMs: 2500,
    configFile: '/etc/etcd/etcd.conf',
    unitFile: '/usr/lib/systemd/system/etcd.service',
    dropIns: [],
    forceNewCluster: false,
  });
});

test.each<[string, World, Record<string, unknown>]>([
  [
    'a file wins over Environment=',
    { environment: 'ETCD_NAME=other ETCD_SNAPSHOT_COUNT=5' },
    { memberName: 'm1', snapshotCount: 5 },
  ],
  [
    'a later file wins, systemd 252 spells the property out',
    {
      files: { '/etc/etcd/etcd.conf': CONF, '/run/b': 'ETCD_DATA_DIR="/srv//etcd/"\n' },
      environmentFiles: [
        'EnvironmentFiles=/etc/etcd/etcd.conf (ignore_errors=yes)',
        'EnvironmentFiles=/run/b (ignore_errors=no)',
      ],
    },
    { dataDir: '/srv/etcd', configFile: '/etc/etcd/etcd.conf' },
  ],
  ['no flags at all', { execStart: PLAIN, user: '' }, { memberName: 'm1', user: 'root' }],
  [
    'a WAL directory that is a mount',
    { files: { '/etc/etcd/etcd.conf': `${CONF}ETCD_WAL_DIR=/wal/\n` }, mounts: ['/wal'] },
    { walDir: '/wal', walDirIsMount: true },
  ],
  [
    'the usual WAL directory, named',
    { files: { '/etc/etcd/etcd.conf': `${CONF}ETCD_WAL_DIR=/var/lib/etcd/member/wal\n` } },
    { walDir: null },
  ],
  [
    'force-new-cluster left behind',
    { environment: 'ETCD_FORCE_NEW_CLUSTER=true', dropIns: '/etc/systemd/system/etcd.service.d/x.conf' },
    { forceNewCluster: true, dropIns: ['/etc/systemd/system/etcd.service.d/x.conf'] },
  ],
  [
    'the newer name of the CA file',
    { files: { '/etc/etcd/etcd.conf': CONF.replace('ETCD_CA_FILE', 'ETCD_TRUSTED_CA_FILE') } },
    { certs: expect.objectContaining({ ca: '/etc/etcd/ca.crt' }) },
  ],
])('%s', async (_, world, expected) => {
  expect(await readEtcdSettings(host(world))).toMatchObject(expected);
});

test('flags, with and without =', async () => {
  const execStart =
    '{ path=/usr/bin/etcd ; argv[]=/usr/bin/etcd --name flagged --wal-dir=/wal --force-new-cluster --data-dir /d ; ignore_errors=no ; pid=0 }';
  expect(await readEtcdSettings(host({ execStart }))).toMatchObject({
    memberName: 'flagged',
    walDir: '/wal',
    dataDir: '/d',
    forceNewCluster: true,
  });
});

test.each<[string, World, string, string]>([
  ['no such unit', {}, 'etcd_container', 'E_ETCD_SETTINGS'],
  [
    'no data directory',
    { files: { '/etc/etcd/etcd.conf': CONF.replace('ETCD_DATA_DIR', 'X') } },
    'etcd',
    'E_ETCD_SETTINGS',
  ],
  [
    'a relative data directory',
    { files: { '/etc/etcd/etcd.conf': CONF.replace('/var/lib/etcd/', 'etcd') } },
    'etcd',
    'E_ETCD_SETTINGS',
  ],
  [
    'a needed file that is not there',
    { environmentFiles: ['EnvironmentFile=/gone (ignore_errors=no)'] },
    'etcd',
    'E_ETCD_SETTINGS',
  ],
  [
    'https without a client certificate',
    { files: { '/etc/etcd/etcd.conf': CONF.replace('ETCD_PEER_CERT_FILE', 'X') } },
    'etcd',
    'E_ETCD_SETTINGS',
  ],
  [
    'a value that only a shell could tell',
    { execStart: RHEL.replace('"${ETCD_NAME}"', '"$(hostname)"') },
    'etcd',
    'E_ETCD_SETTINGS',
  ],
  ['a YAML file', { environment: 'ETCD_CONFIG_FILE=/etc/etcd.yml' }, 'etcd', 'E_ETCD_UNSUPPORTED'],
])('refused: %s', async (_, world, unit, code) => {
  await expect(readEtcdSettings(host(world), unit)).rejects.toMatchObject({
    code,
    where: expect.stringContaining('h1'),
    hint: expect.any(String),
  });
});

test.each([
  [['https://etcd1:2379', 'https://198.18.1.1:2379'], [], 'https://198.18.1.1:2379'],
  [[], ['https://0.0.0.0:2379', 'https://198.18.1.1:2379'], 'https://198.18.1.1:2379'],
  [['http://198.18.1.1:2379'], ['https://etcd1:2379'], 'https://etcd1:2379'],
  [[], ['https://127.0.0.1:2379', 'https://198.18.1.1:2379'], 'https://198.18.1.1:2379'],
  [[], ['https://0.0.0.0:2379'], undefined],
])('the endpoint to ask: %j, %j → %s', (advertised, listened, expected) => {
  expect(clientEndpoint(advertised, listened)).toBe(expected);
});
