import type { Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { sh } from '@pawl/hosts';
import type { ClusterChoices } from './cluster-choices';
import { masterFacts } from './facts';

export interface MastersStarted {
  readonly host: string;
  /** Not proven otherwise. */
  readonly started: boolean;
  readonly evidence: string;
}

/**
 * Whether a unit of this master became active since the run stopped it. Proof of the contrary is either that no job to start
 * it ever began (the units are held: nothing else starts them), or that systemd, in the same boot, has seen none of them
 * become active since the job that stopped them ended. Where the record of that job is gone, others may be, too: a job that
 * is not on record proves nothing then.
 */
export async function mastersStarted(
  task: Pick<Task<ClusterChoices, ReadHands>, 'run' | 'facts' | 'hands'>,
  host: string,
): Promise<MastersStarted> {
  const jobs = await task.hands.jobs(host);
  const starts = jobs.filter(({ intent }) => intent.includes('.start-masters.release-and-start.'));
  const stop = jobs.findLast(
    ({ intent, state }) => intent.includes('.stop-masters.stop-and-hold.') && state === 'exited',
  );
  if (stop === undefined) return { host, started: true, evidence: 'no record of the job that stopped it' };
  if (
    task.facts.find('start-masters/release-and-start', host) === undefined &&
    starts.every(({ state }) => state === 'prepared')
  )
    return { host, started: false, evidence: 'no job to start it ever began' };
  const { units } = masterFacts(task, host);
  const asked = await task.hands.on(host).readScript(sinceStop(task.run, stop.intent, units));
  const said = asked.stdout.toString('utf8').trim();
  return { host, started: said !== 'never', evidence: said === '' ? 'systemd gave no answer' : said };
}

/** Prints `never`, or what speaks against it: any word of today that the job that stopped them did not say (`stopMasters`). */
function sinceStop(run: string, intent: string, units: readonly string[]) {
  return sh`
nl='
'
then=$nl$(cat ${`/var/lib/pawl/runs/${run}/jobs/${intent}/stdout`})$nl
read -r boot </proc/sys/kernel/random/boot_id
case $then in *"\${nl}boot $boot\${nl}"*) ;; *) echo 'the host was booted since'; exit 0 ;; esac
for unit in ${units}; do
  state=$(systemctl show -p ActiveState "$unit")
  case $state in
    ActiveState=inactive | ActiveState=failed) ;;
    *) echo "$unit: $state"; exit 0 ;;
  esac
  last=$(systemctl show -p ActiveEnterTimestampMonotonic "$unit")
  case $then in *"\${nl}last $unit $last\${nl}"*) ;; *) echo "$unit became active since"; exit 0 ;; esac
done
echo never`;
}
