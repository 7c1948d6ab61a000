import type { JobMark } from '../fence';
import type { ReadHost } from '../host';
import { HostError } from '../host-error';
import { sh } from '../sh';

/**
 * The jobs that a run has on a host, whichever guard made them. Only looks, and needs no guard there.
 * @throws HostError `E_JOBS_UNREADABLE`, `E_JOBS_GONE`: where the run's fence stands, the directory of its jobs does, too
 */
export async function readJobs(host: ReadHost, run: string): Promise<readonly JobMark[]> {
  const result = await host.readScript(listing(run));
  if (result.exit === 66) throw gone(host.name, run);
  if (result.exit !== 0) throw unreadable(host.name, run, result.stderr.toString('utf8'));
  return result.stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseJobMark(line) ?? fail(unreadable(host.name, run, line)));
}

/**
 * A line a job: `INTENT STATE EXIT ONCE`. The marks are read while a shared lock is held: then nobody is about to write one.
 * Whoever wants to start the job in just that moment is told `running`, asks again, and starts it then.
 */
function listing(run: string) {
  return sh`
if ! cd /var/lib/pawl/runs/${run}/jobs 2>/dev/null; then
  fenced=
  if [ -e /var/lib/pawl/fence ]; then read -r fenced </var/lib/pawl/fence; fi
  if [ "$fenced" = ${`run ${run}`} ]; then exit 66; fi
  exit 0
fi
for lock in */lock; do
  [ -e "$lock" ] || continue
  job=\${lock%/lock}
  once=-
  if [ -e "$job/once" ]; then read -r once _ <"$job/once"; fi
  (
    if ! flock -s -n 4; then
      echo "$job running - $once"
    elif [ -e "$job/exited" ]; then
      read -r status _ <"$job/exited"
      echo "$job exited $status $once"
    elif [ -e "$job/started" ]; then
      echo "$job lost - $once"
    else
      echo "$job prepared - $once"
    fi
  ) 4<"$lock"
done`;
}

function parseJobMark(line: string): JobMark | undefined {
  const [intent, state, exit, once, ...more] = line.split(' ');
  if (intent === undefined || exit === undefined || once === undefined || more.length > 0) return undefined;
  const mark = { intent, ...(once === '-' ? {} : { once }) };
  if (state === 'prepared' || state === 'running' || state === 'lost') return { ...mark, state };
  if (state === 'exited' && /^\d+$/.test(exit)) return { ...mark, state, exit: Number(exit) };
  return undefined;
}

function unreadable(host: string, run: string, said: string): HostError {
  return new HostError(
    'E_JOBS_UNREADABLE',
    `the jobs of ${run} on ${host} can't be read: ${said.trim().slice(-600)}`,
    {
      host,
      where: `${host}:/var/lib/pawl/runs/${run}/jobs`,
      hint: 'Look at the directory. Nothing is concluded from evidence that cannot be read.',
    },
  );
}

function gone(host: string, run: string): HostError {
  return new HostError(
    'E_JOBS_GONE',
    `${host} carries the fence of ${run}, and the directory of its jobs is gone`,
    {
      host,
      where: `${host}:/var/lib/pawl/runs/${run}/jobs`,
      hint: `It was made with the fence: somebody removed it, and with it what the run began there. Put it back. Nothing is assumed. Where it is gone for good, \`pawl rollback ${run} --host-dead ${host} --reason WHY\` goes back without ${host}, where the other original members are a quorum; be sure that no etcd runs on it, and none is started. Else the way back by hand (/var/lib/pawl/README on each host; \`pawl plan --rollback --script\` prints it). After either, \`pawl unfence -i INVENTORY ${run} --reason WHY\` opens the fence.`,
    },
  );
}

function fail(error: Error): never {
  throw error;
}
