import { leaderPid } from './machine';
import { run, type RunOptions, type RunResult } from './run';
import type { LabHost } from './spec';
import type { LabState } from './state';

export type ExecOptions = Pick<RunOptions, 'stdin' | 'allowFailure' | 'timeoutMs'>;

/**
 * Runs a command as root inside a machine through its namespaces: no sshd, no network needed. It stays outside of the
 * machine's cgroup, so the observer does not take it for something that happened on the host.
 */
export async function execInside(
  state: LabState,
  host: LabHost,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<RunResult> {
  const enter = [
    'nsenter',
    '--target',
    String(leaderPid(state, host)),
    '--mount',
    '--uts',
    '--ipc',
    '--net',
    '--pid',
  ];
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
  };
  return run([...enter, '--root', '--wd', ...argv], { ...options, env });
}
