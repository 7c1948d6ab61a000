import type { ReadHost } from '../host';
import { HostError } from '../host-error';
import { sh } from '../sh';

export interface JobOutput {
  /** null where nothing says how it ended. */
  readonly exit: number | null;
  /** At most the last 1 MiB. */
  readonly stdout: string;
  readonly stderr: string;
}

/** What a job printed, and how it ended. Only looks. @throws HostError `E_NO_JOB` */
export async function readJobOutput(host: ReadHost, run: string, intent: string): Promise<JobOutput> {
  const dir = `/var/lib/pawl/runs/${run}/jobs/${intent}`;
  const result = await host.readScript(sh`
if cd ${dir} 2>/dev/null; then :; else exit 65; fi
status=-
if [ -e exited ]; then read -r status _ <exited; fi
if [ -e stdout ]; then tail -c 1048576 stdout; fi
if [ -e stderr ]; then tail -c 1048576 stderr >&2; fi
printf '\n%s' "$status"`);
  const { stdout, stderr } = {
    stdout: result.stdout.toString('utf8'),
    stderr: result.stderr.toString('utf8'),
  };
  const end = stdout.lastIndexOf('\n');
  if (result.exit === 0 && end >= 0) {
    const status = stdout.slice(end + 1);
    return { exit: /^\d+$/.test(status) ? Number(status) : null, stdout: stdout.slice(0, end), stderr };
  }
  throw new HostError('E_NO_JOB', `${host.name} has no job ${intent} of ${run} that can be read`, {
    host: host.name,
    where: `${host.name}:${dir}`,
    hint: 'Somebody has removed or damaged what it kept. Nothing is assumed; put it back, or go back: pawl rollback.',
    facts: { exit: result.exit, said: stderr.slice(-600) },
  });
}
