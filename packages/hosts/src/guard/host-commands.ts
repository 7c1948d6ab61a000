/** A command that may run on a host, and the oldest release that has it and each of its options. */
export interface HostCommand {
  readonly name: string;
  /** What it comes with: `coreutils`, `systemd`, … */
  readonly from: string;
  /** Oldest version of `from` that has the command; `posix` where every one has. */
  readonly since: string;
  /** Options, and operands that work like options (`conv=fsync`), each with the oldest version that has it. */
  readonly options?: Readonly<Record<string, string>>;
  /** Options that take the next word. */
  readonly withValue?: readonly string[];
  /** It runs the command that follows: after this many operands of its own. */
  readonly runs?: number;
}

/** What EL7 ships: nothing that Pawl runs on a host may be newer. */
export const oldestHosts: Readonly<Record<string, string>> = {
  coreutils: '8.22',
  'util-linux': '2.23',
  systemd: '219',
  findutils: '4.5.11',
  curl: '7.29',
  etcdctl: '3.1',
  openssl: '1.0.2',
  procps: '3.3.10',
  iproute: '4.11',
  sudo: '1.8.23',
  posix: 'posix',
};

/**
 * Every command that this package runs on a host, with its options. Versions are those of the release notes; what POSIX
 * has asked for since 2001 is `posix`. `unlistedCommands` finds what is missing here.
 */
export const hostCommands: readonly HostCommand[] = [
  { name: '/bin/sh', from: 'posix', since: 'posix', options: posix('-c', '-e', '-u') },
  { name: 'sh', from: 'posix', since: 'posix', options: posix('-c', '-e', '-u') },
  { name: 'cat', from: 'posix', since: 'posix' },
  { name: 'cmp', from: 'posix', since: 'posix', options: { '-s': 'posix' } },
  { name: 'chmod', from: 'posix', since: 'posix' },
  { name: 'chown', from: 'posix', since: 'posix' },
  {
    name: 'cp',
    from: 'coreutils',
    since: 'posix',
    options: {
      ...posix('-p', '-R', '-f'),
      '-a': '5.0',
      '-T': '5.3.0',
      '--attributes-only': '8.6',
      '--reflink': '7.6',
    },
  },
  { name: 'date', from: 'posix', since: 'posix', options: posix('-u') },
  {
    name: 'dd',
    from: 'coreutils',
    since: 'posix',
    options: {
      ...posix('if=', 'of=', 'bs=', 'count=', 'conv=notrunc'),
      'conv=fsync': '5.3.0',
      'iflag=fullblock': '7.0',
      'status=none': '8.20',
    },
  },
  { name: 'env', from: 'posix', since: 'posix', options: posix('-i'), runs: 0 },
  {
    name: 'find',
    from: 'findutils',
    since: 'posix',
    options: posix('-name', '-exec', '-type'),
    withValue: ['-name', '-type'],
  },
  {
    name: 'flock',
    from: 'util-linux',
    since: '2.11',
    options: { '-n': '2.11', '-s': '2.11', '-w': '2.11', '-x': '2.11' },
    withValue: ['-w'],
  },
  {
    name: 'head',
    from: 'coreutils',
    since: 'posix',
    options: { ...posix('-n'), '-c': '5.0' },
    withValue: ['-n', '-c'],
  },
  { name: 'ln', from: 'posix', since: 'posix', options: posix('-f', '-s') },
  { name: 'mkdir', from: 'posix', since: 'posix', options: posix('-p', '-m'), withValue: ['-m'] },
  { name: 'mktemp', from: 'coreutils', since: '6.9.90', options: { '-d': '6.9.90' } },
  { name: 'mv', from: 'coreutils', since: 'posix', options: { ...posix('-f'), '-T': '5.3.0', '-n': '7.1' } },
  { name: 'readlink', from: 'coreutils', since: '5.0', options: { '-f': '5.0' } },
  { name: 'rm', from: 'posix', since: 'posix', options: posix('-f', '-r') },
  { name: 'rmdir', from: 'coreutils', since: 'posix', options: { '--ignore-fail-on-non-empty': '5.0' } },
  { name: 'sed', from: 'posix', since: 'posix', options: posix('-n', '-e'), withValue: ['-e'] },
  { name: 'setsid', from: 'util-linux', since: '2.0', runs: 0 },
  { name: 'sha256sum', from: 'coreutils', since: '6.0', options: { '-c': '6.0', '--status': '6.0' } },
  { name: 'sort', from: 'posix', since: 'posix', options: posix('-u', '-n', '-r') },
  { name: 'stat', from: 'coreutils', since: '5.0', options: { '-c': '5.0', '-f': '5.0' }, withValue: ['-c'] },
  { name: 'sync', from: 'coreutils', since: '5.0' },
  {
    name: 'systemctl',
    from: 'systemd',
    since: '1',
    options: { '-p': '1', '-s': '1', '--no-block': '1' },
    withValue: ['-p', '-s'],
  },
  {
    name: 'tail',
    from: 'coreutils',
    since: 'posix',
    options: { ...posix('-n'), '-c': '5.0' },
    withValue: ['-n', '-c'],
  },
  { name: 'timeout', from: 'coreutils', since: '7.0', options: { '-k': '8.5' }, withValue: ['-k'], runs: 1 },
  { name: 'tr', from: 'posix', since: 'posix', options: posix('-d', '-s') },
  { name: 'wc', from: 'posix', since: 'posix', options: posix('-c', '-l') },
];

function posix(...options: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(options.map((option) => [option, 'posix']));
}
