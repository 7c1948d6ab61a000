import type { HostCommand } from '@pawl/hosts';

/** What this package runs on a host beyond the list of `@pawl/hosts`. Of etcdctl and etcd: what 3.1 has. */
export const etcdHostCommands: readonly HostCommand[] = [
  { name: 'awk', from: 'posix', since: 'posix' },
  { name: 'base64', from: 'coreutils', since: '6.0', options: { '-d': '6.0' } },
  {
    name: 'chcon',
    from: 'coreutils',
    since: '5.94',
    options: all('5.94', '-R', '--reference'),
    withValue: ['--reference'],
  },
  {
    name: 'curl',
    from: 'curl',
    since: '7.1',
    options: {
      ...all('7.10', '-s', '-S', '-i', '-g', '-K', '--max-time', '--cert', '--key', '--cacert'),
      '--noproxy': '7.19.4',
    },
    withValue: ['-K', '--noproxy', '--max-time', '--cert', '--key', '--cacert'],
  },
  { name: 'du', from: 'posix', since: 'posix', options: all('posix', '-s', '-k') },
  { name: 'etcd', from: 'etcdctl', since: '3.1', options: all('3.1', '--version') },
  {
    name: 'etcdctl',
    from: 'etcdctl',
    since: '3.1',
    options: {
      // API 2
      ...all('3.1', '--cert-file', '--key-file', '--ca-file'),
      // API 3
      ...all(
        '3.1',
        '--cert',
        '--key',
        '--cacert',
        '--command-timeout',
        '-w',
        '--peer-urls',
        '--data-dir',
        '--wal-dir',
      ),
      // both
      ...all('3.1', '--endpoints'),
    },
    withValue: [
      '--cert-file',
      '--key-file',
      '--ca-file',
      '--cert',
      '--key',
      '--cacert',
      '-w',
      '--data-dir',
      '--wal-dir',
      '--endpoints',
    ],
  },
  { name: 'grep', from: 'posix', since: 'posix', options: all('posix', '-q', '-F', '-x') },
  {
    name: 'journalctl',
    from: 'systemd',
    since: '38',
    options: all('38', '-q', '-n', '--no-pager', '-o', '-u'),
    withValue: ['-n', '-o', '-u'],
  },
  { name: 'mountpoint', from: 'util-linux', since: '2.20', options: all('2.20', '-q') },
  // What it runs is a command of its own, listed where it is asked for.
  {
    name: 'nsenter',
    from: 'util-linux',
    since: '2.23',
    options: all('2.23', '-t', '-n'),
    withValue: ['-t'],
  },
  { name: 'od', from: 'posix', since: 'posix', options: all('posix', '-An', '-v', '-tx1') },
  // POSIX has whole seconds alone.
  { name: 'sleep', from: 'coreutils', since: '5.0' },
];

function all(since: string, ...options: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(options.map((option) => [option, since]));
}
