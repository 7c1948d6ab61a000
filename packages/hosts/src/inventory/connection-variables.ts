/** Ansible's connection variables that Pawl honours, with the older name of each. */
export const honoured = {
  address: ['ansible_host', 'ansible_ssh_host'],
  port: ['ansible_port', 'ansible_ssh_port'],
  user: ['ansible_user', 'ansible_ssh_user'],
  become: ['ansible_become', 'ansible_sudo'],
  privateKeyFile: ['ansible_ssh_private_key_file', 'ansible_private_key_file'],
  connection: ['ansible_connection'],
} as const;

/** Those that Pawl takes with these values alone, because it does just that anyway. */
export const takenWith: ReadonlyMap<string, readonly string[]> = new Map([
  ['ansible_become_method', ['sudo']],
  ['ansible_become_user', ['root']],
  ['ansible_sudo_user', ['root']],
  ['ansible_shell_type', ['sh']],
  ['ansible_host_key_checking', ['true', 'True', 'yes', '1']],
  ['ansible_ssh_host_key_checking', ['true', 'True', 'yes', '1']],
]);

/** Those that change neither where a command goes nor who runs it: how fast, how often tried, what runs Ansible's modules. */
export const withoutEffect: ReadonlySet<string> = new Set([
  'ansible_connect_timeout',
  'ansible_control_path',
  'ansible_control_path_dir',
  'ansible_group_priority',
  'ansible_pipelining',
  'ansible_python_interpreter',
  'ansible_remote_tmp',
  'ansible_scp_if_ssh',
  'ansible_shell_executable',
  'ansible_ssh_pipelining',
  'ansible_ssh_retries',
  'ansible_ssh_timeout',
  'ansible_ssh_transfer_method',
  'ansible_ssh_use_tty',
  'ansible_timeout',
]);

/** What to do instead of one that is refused; for any other name there is a general word. */
export const insteadOf: ReadonlyMap<string, string> = new Map([
  [
    'ansible_connection',
    'Pawl comes by SSH (ssh, smart, paramiko), or with local to the one host that it runs on itself.',
  ],
  ['ansible_become_method', 'Pawl becomes root by `sudo -n`: allow it in sudoers, or let it log in as root.'],
  ['ansible_become_user', 'Pawl works as root.'],
  ['ansible_sudo_user', 'Pawl works as root.'],
  [
    'ansible_ssh_common_args',
    'A jump host or other options of ssh can’t be followed: run Pawl where it reaches the host directly.',
  ],
  [
    'ansible_ssh_extra_args',
    'A jump host or other options of ssh can’t be followed: run Pawl where it reaches the host directly.',
  ],
  ['ansible_host_key_checking', 'Host keys are always checked against known_hosts.'],
  ['ansible_ssh_host_key_checking', 'Host keys are always checked against known_hosts.'],
  ...['ansible_password', 'ansible_pass', 'ansible_ssh_pass'].map(
    (name) =>
      [
        name,
        'Pawl logs in by key: name one with ansible_ssh_private_key_file, or load it into an agent.',
      ] as const,
  ),
  ...['ansible_become_pass', 'ansible_become_password', 'ansible_sudo_pass'].map(
    (name) => [name, 'Allow the user `sudo -n` in sudoers (NOPASSWD), or let Pawl log in as root.'] as const,
  ),
]);
