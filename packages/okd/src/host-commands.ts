import type { HostCommand } from '@pawl/hosts';

/**
 * What this package runs on a host beyond the list of `@pawl/hosts`. Not in it: the master's own `openshift version`, run by
 * the path that its unit names; every release has it. A version here is one that has the option, not always the first.
 */
export const okdHostCommands: readonly HostCommand[] = [
  {
    name: 'curl',
    from: 'curl',
    since: '7.1',
    options: {
      '--silent': '7.1',
      '--show-error': '7.1',
      '--insecure': '7.10',
      '--max-time': '7.1',
      '--write-out': '7.1',
      '--noproxy': '7.19.4',
    },
    withValue: ['--noproxy', '--max-time', '--write-out'],
  },
  {
    name: 'journalctl',
    from: 'systemd',
    since: '38',
    options: { '-q': '38', '-n': '38', '--no-pager': '38', '-o': '38', '-u': '38' },
    withValue: ['-n', '-o', '-u'],
  },
  {
    name: 'systemctl',
    from: 'systemd',
    since: '1',
    options: { '-p': '1', '--no-pager': '219', '--no-legend': '219', '--full': '219' },
    withValue: ['-p'],
  },
];
