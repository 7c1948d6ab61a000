import type { ReadHost } from '@pawl/hosts';
import { redact } from '../errors';

/** The last lines that a unit, and systemd about it, have logged, oldest first; empty where nothing can be read. */
export async function endOfLog(host: ReadHost, unit: string): Promise<readonly string[]> {
  const { stdout } = await host.read(['journalctl', '-q', '-n', '60', '--no-pager', '-o', 'cat', '-u', unit]);
  return redact(stdout.toString('utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '' && !NOISE.test(line))
    .map((line) => line.slice(0, 300));
}

/**
 * What a member that does not come up complained of last. systemd tells of an end after it, and without its reason: its words are
 * taken only where etcd itself said nothing. Found by words: under systemd etcd writes no level into its lines [measured, 3.4].
 */
export function lastComplaint(log: readonly string[]): string | undefined {
  return (
    log.findLast((line) => COMPLAINT.test(line) && !SYSTEMD.test(line)) ??
    log.findLast((line) => SYSTEMD.test(line) && /fail|exited/i.test(line))
  );
}

/**
 * Go's stacks, and what etcd tells at each start: they would push out the reason. That it finds no default host is said by every
 * etcd on a host without a default route.
 */
const NOISE =
  /^\s|^goroutine |^created by |^[\w./]+\.\S*\(.*\)$|^recognized and used environment variable |failed to detect default host/;
const COMPLAINT =
  /^error |^panic: |"level":"(?:error|fatal|panic)"|\b(?:cannot|can't|couldn't|could not|failed to|unable to|denied|already in use|mismatch|unequal|corrupt|no space left)\b/i;
const SYSTEMD = /^\S+\.service[: ]|^(?:Started|Stopped|Starting|Stopping|Failed to start) /;
