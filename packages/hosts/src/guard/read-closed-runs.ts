import type { ReadHost } from '../host';
import { HostError } from '../host-error';
import { sh } from '../sh';
import { parseClosedRun, type ClosedRun } from './parse-closed-run';

/** The runs that ended on a host. One whose fence still stands has not, whatever record it has begun. Only looks. */
export async function readClosedRuns(host: ReadHost): Promise<readonly ClosedRun[]> {
  const result = await host.readScript(sh`
fenced=
if [ -e /var/lib/pawl/fence ]; then read -r fenced </var/lib/pawl/fence; fi
for record in /var/lib/pawl/runs/*/closed; do
  [ -e "$record" ] || continue
  run=\${record%/closed}
  run=\${run##*/}
  [ "$fenced" != "run $run" ] || continue
  echo "run $run"
  cat "$record"
done`);
  if (result.exit === 0) return parseRecords(result.stdout.toString('utf8'));
  throw new HostError('E_JOBS_UNREADABLE', `the records of closed runs on ${host.name} can't be read`, {
    host: host.name,
    where: `${host.name}:/var/lib/pawl/runs`,
    hint: 'Mend the file system there, or what it says, and say the same again. Nothing is assumed of what can’t be read.',
    facts: { exit: result.exit, said: result.stderr.toString('utf8').slice(-600) },
  });
}

function parseRecords(text: string): readonly ClosedRun[] {
  return text
    .split(/^run /m)
    .filter((record) => record !== '')
    .map((record) => {
      const end = record.indexOf('\n');
      return parseClosedRun(record.slice(0, end), record.slice(end + 1));
    });
}
