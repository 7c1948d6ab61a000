import type { ReadHost } from '../host';
import { HostError } from '../host-error';
import { sh } from '../sh';

/** What a job keeps beside its marks: which intent it was made for, and whatever its run wrote down with it. */
export interface KeptIntent {
  /** The job's name. */
  readonly intent: string;
  /** Canonical JSON, as it was given when the job was made. */
  readonly text: string;
}

/**
 * What each job of a run keeps on a host. Only looks, and needs no guard there.
 * @throws HostError `E_JOBS_UNREADABLE`: a job that keeps nothing is never left out
 */
export async function readIntents(host: ReadHost, run: string): Promise<readonly KeptIntent[]> {
  const result = await host.readScript(sh`
cd /var/lib/pawl/runs/${run}/jobs 2>/dev/null || exit 0
for lock in */lock; do
  [ -e "$lock" ] || continue
  job=\${lock%/lock}
  printf '%s ' "$job"
  cat "$job/intent"
done`);
  const lines = result.stdout.toString('utf8').split('\n');
  if (result.exit === 0 && lines.pop() === '') {
    return lines.map((line) => {
      const end = line.indexOf(' ');
      return { intent: line.slice(0, end), text: line.slice(end + 1) };
    });
  }
  throw new HostError('E_JOBS_UNREADABLE', `what the jobs of ${run} on ${host.name} keep can't be read`, {
    host: host.name,
    where: `${host.name}:/var/lib/pawl/runs/${run}/jobs`,
    facts: { exit: result.exit, said: result.stderr.toString('utf8').slice(-600) },
    hint: 'Look at the directory. Nothing is concluded from evidence that cannot be read.',
  });
}
