import type { ReadHost } from '../host';
import { HostError } from '../host-error';
import { sh } from '../sh';
import { holdName } from './hold-unit';

/** What runs have left on a host, beside fence and jobs. */
export interface Traces {
  /** Units that are kept from starting, and by which run. */
  readonly held: readonly { readonly unit: string; readonly run: string }[];
  /** Runs with a folder in `/var/lib/pawl/runs`. */
  readonly runs: readonly string[];
}

/** Only looks, and needs no guard there: holds outlive the loss of `/var/lib/pawl`. */
export async function readTraces(host: ReadHost): Promise<Traces> {
  const result = await host.readScript(sh`
for file in /etc/systemd/system/*.d/${holdName}; do
  [ -e "$file" ] || continue
  read -r line <"$file"
  run=\${line#*, run }
  unit=\${file%/*}
  unit=\${unit##*/}
  echo "held \${unit%.d} \${run%%:*}"
done
for dir in /var/lib/pawl/runs/*; do
  [ ! -d "$dir" ] || echo "run \${dir##*/}"
done`);
  const text = result.stdout.toString('utf8');
  if (result.exit === 0)
    return {
      held: [...text.matchAll(/^held (\S+) (.*)$/gm)].map(([, unit = '', run = '']) => ({ unit, run })),
      runs: [...text.matchAll(/^run (.+)$/gm)].map(([, run = '']) => run),
    };
  throw new HostError('E_JOBS_UNREADABLE', `what runs have left on ${host.name} can't be read`, {
    host: host.name,
    where: `${host.name}:/etc/systemd/system, /var/lib/pawl/runs`,
    hint: 'Mend the file system there, or what it says, and say the same again. Nothing is assumed of what can’t be read.',
    facts: { exit: result.exit, said: result.stderr.toString('utf8').slice(-600) },
  });
}
