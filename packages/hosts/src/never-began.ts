import type { CommandResult } from './host';
import { HostError } from './host-error';
import type { HostErrorDetail } from './host-error';
import type { HostEntry } from './hosts-api';

/** Why a command line that was sent to a host never came to its command: told from what sudo or the login shell said. */
export function neverBegan(entry: HostEntry, result: CommandResult): HostError {
  const said = lastLines(Buffer.concat([result.stdout, Buffer.from('\n'), result.stderr]));
  const isLocal = entry.connection === 'local';
  const detail: HostErrorDetail = {
    host: entry.name,
    where: isLocal ? `${entry.user}, on this machine` : `${entry.user}@${entry.address}:${entry.port}`,
    facts: { began: false, exit: result.exit, said },
  };
  const { user, name } = entry;
  if (said.includes('must have a tty')) {
    return new HostError('E_REQUIRETTY', `sudo on ${name} wants a terminal (requiretty), and Pawl has none`, {
      ...detail,
      hint: `Put this line into /etc/sudoers.d/pawl on ${name} (visudo -f): Defaults:${user} !requiretty`,
    });
  }
  if (/password is required|no askpass program|terminal is required/.test(said)) {
    return new HostError('E_SUDO', `sudo on ${name} asks ${user} for a password`, {
      ...detail,
      hint: sudoersLine(entry),
    });
  }
  if (
    /sudo: |not in the sudoers file|may not run sudo|not allowed to (execute|run)|‘?sudo’?: No such file/.test(
      said,
    )
  ) {
    return new HostError('E_SUDO', `${user} can't become root on ${name} by sudo: ${said}`, {
      ...detail,
      hint: sudoersLine(entry),
    });
  }
  return new HostError(
    'E_UNREACHABLE',
    `the shell of ${user} on ${name} didn't run the command: ${said || 'no output'}`,
    {
      ...detail,
      hint: isLocal
        ? '`env sudo -n true` must work here: look at what /bin/sh and sudo are on this machine.'
        : `\`ssh ${user}@${entry.address} true\` must work: look at the account's login shell and at what it runs first.`,
    },
  );
}

function sudoersLine({ user, name }: HostEntry): string {
  return `Put this line into /etc/sudoers.d/pawl on ${name} (visudo -f): ${user} ALL=(root) NOPASSWD: ALL`;
}

function lastLines(output: Buffer): string {
  const lines = output
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(-5)
    .join(' | ')
    .slice(-600);
}
