/** What this package runs on a host, with the oldest version that has it. Hosts are EL7: nothing newer than its. */
export interface HostCommand {
  readonly command: string;
  /** Options and expressions used; those of single letters with their values are listed alone. */
  readonly flags: readonly string[];
  readonly since: string;
}

export const hostCommands: readonly HostCommand[] = [
  {
    command: 'systemctl',
    flags: ['show', 'list-unit-files', '-p', '--no-pager', '--no-legend', '--full', '--'],
    since: 'systemd 209 (EL7: 219)',
  },
  { command: 'cat', flags: ['--'], since: 'coreutils 5.0 (EL7: 8.22)' },
  { command: 'test', flags: ['-e', '-r'], since: 'coreutils 5.0 (EL7: 8.22)' },
  { command: 'stat', flags: ['-c', '--'], since: 'coreutils 5.3 (EL7: 8.22)' },
  { command: 'date', flags: ['+%s'], since: 'coreutils 5.0 (EL7: 8.22)' },
  {
    command: 'curl',
    flags: ['--silent', '--show-error', '--insecure', '--noproxy', '--max-time', '--write-out'],
    since: 'curl 7.19.4 (EL7: 7.29)',
  },
  { command: 'openshift', flags: ['version'], since: 'OKD 1.0 (as the unit names it, by its path)' },
];
