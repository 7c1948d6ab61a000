import type { ReadHost } from '../host';
import { HostError } from '../host-error';
import { sh } from '../sh';

/** What a run left on a host when its fence was closed there; the last time, where it was closed more than once. */
export interface ClosedRun {
  readonly run: string;
  /** `completed`, `rolled-back`, … */
  readonly outcome: string;
  readonly claim: string;
  readonly owner: string;
  /** RFC 3339, by the host's clock. */
  readonly at: string;
}

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
    facts: { exit: result.exit, said: result.stderr.toString('utf8').slice(-600) },
  });
}

function parseRecords(text: string): readonly ClosedRun[] {
  return text
    .split(/^run /m)
    .filter((record) => record !== '')
    .map((record) => {
      const [run = '', ...lines] = record.split('\n');
      const last = (name: string): string =>
        lines.findLast((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
      return { run, outcome: last('outcome'), claim: last('claim'), owner: last('owner'), at: last('at') };
    });
}
