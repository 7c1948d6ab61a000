import type { ReadHost } from '../host';
import { HostError } from '../host-error';
import { sh } from '../sh';
import { holdName } from './hold-unit';

/** The units that any run holds on a host. Only looks, and needs no guard there. */
export async function readHolds(host: ReadHost): Promise<readonly string[]> {
  const result = await host.readScript(sh`
for file in /etc/systemd/system/*.d/${holdName}; do
  [ -e "$file" ] || continue
  unit=\${file%/*}
  unit=\${unit##*/}
  echo "\${unit%.d}"
done`);
  if (result.exit === 0)
    return result.stdout
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
  throw new HostError('E_COMMAND', `what is held on ${host.name} can't be read`, {
    host: host.name,
    where: `${host.name}:/etc/systemd/system`,
    facts: { exit: result.exit, said: result.stderr.toString('utf8').slice(-600) },
  });
}
