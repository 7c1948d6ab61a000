import type { ReadHost } from '@pawl/hosts';
import { endOfLog, lastComplaint } from '../../src';

const SYSTEMD = [
  'etcd.service: Main process exited, code=exited, status=1/FAILURE',
  "etcd.service: Failed with result 'exit-code'.",
  'Failed to start etcd.service - Etcd Server.',
  'etcd.service: Scheduled restart job, restart counter is at 5.',
  'Stopped etcd.service - Etcd Server.',
];

/** Lines as etcd 3.4.23 logs them under systemd. */
test.each<readonly [string, readonly string[], string | undefined]>([
  [
    'a setting that is wrong',
    [
      'recognized and used environment variable ETCD_NAME=etcd2.lab',
      'error verifying flags, invalid value "garbage" for ETCD_LISTEN_CLIENT_URLS: URL scheme must be http, https, unix, or unixs: garbage. See \'etcd --help\'.',
    ],
    'error verifying flags, invalid value "garbage" for ETCD_LISTEN_CLIENT_URLS: URL scheme must be http, https, unix, or unixs: garbage. See \'etcd --help\'.',
  ],
  [
    'a panic, with its stack',
    [
      'cannot open database at /d/member/snap/db (open /d/member/snap/db: permission denied)',
      'panic: cannot open database at /d/member/snap/db (open /d/member/snap/db: permission denied)',
      'goroutine 126 [running]:',
      '\tgithub.com/coreos/pkg/capnslog/pkg_logger.go:83 +0xbb',
    ],
    'panic: cannot open database at /d/member/snap/db (open /d/member/snap/db: permission denied)',
  ],
  [
    'a port that is taken',
    ['listen tcp 198.18.1.2:2380: bind: address already in use'],
    'listen tcp 198.18.1.2:2380: bind: address already in use',
  ],
  [
    'a full disk',
    ['etcd Version: 3.4.23', 'wal: write /var/lib/etcd/member/wal/0.tmp: no space left on device'],
    'wal: write /var/lib/etcd/member/wal/0.tmp: no space left on device',
  ],
  ['nothing of its own', [], 'Failed to start etcd.service - Etcd Server.'],
])('%s', (_, own, complaint) => {
  expect(lastComplaint([...own, ...SYSTEMD])).toBe(complaint);
});

test('no log, no complaint', () => {
  expect(lastComplaint([])).toBeUndefined();
});

test('what every start says is left out', async () => {
  const stdout = Buffer.from(
    [
      'recognized and used environment variable ETCD_NAME=etcd2.lab',
      'failed to detect default host (could not find default route)',
      'etcd Version: 3.4.23',
      '',
    ].join('\n'),
  );
  const host = { read: () => Promise.resolve({ stdout }) } as unknown as ReadHost;
  expect(await endOfLog(host, 'etcd')).toEqual(['etcd Version: 3.4.23']);
});
