/** What is wrong with the machine itself, where a command's words say so. */
export interface HostTrouble {
  /** `E_NO_PROGRAM`: a program that is needed can't be run there. */
  readonly code: 'E_DISK_FULL' | 'E_DISK_READ_ONLY' | 'E_NO_PROGRAM';
  /** What to do on that host. */
  readonly hint: string;
}

/**
 * Told from what a command that failed has said: in the C locale, in which every command is run, these are the words of libc, of
 * shells and of Go.
 *
 * @param exit 126 and 127: of `env`, `timeout` and every shell, where the program itself never began; a script may have made
 * another status of it
 */
export function hostTrouble(host: string, said: string, exit?: number | null): HostTrouble | undefined {
  if (/no space left on device|disk quota exceeded/i.test(said)) {
    return {
      code: 'E_DISK_FULL',
      hint: `A disk of ${host} is full: \`df -h; df -i\` there says which one. Make room, then resume; what was cut off is made anew.`,
    };
  }
  if (/read-only file system/i.test(said)) {
    return {
      code: 'E_DISK_READ_ONLY',
      hint: `A file system of ${host} takes no writes: \`dmesg\` and /proc/mounts there say which one and why. Mend the disk and mount it for writing, then resume.`,
    };
  }
  const never = (exit === 126 || exit === 127) && /not found|no such file|permission denied/i.test(said);
  if (never || /^(?:env|timeout): .*(?:no such file|permission denied)/im.test(said)) {
    return {
      code: 'E_NO_PROGRAM',
      hint: `A program that is needed is missing on ${host}, or may not be run: install its package there again (in /usr/bin or /usr/local/bin), then resume.`,
    };
  }
  return undefined;
}
