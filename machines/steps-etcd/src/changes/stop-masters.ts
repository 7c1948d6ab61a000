import { sh, stopAndHoldUnit, type Change } from '@pawl/hosts';
import { sequence } from './sequence';

/** Controllers first, then the API; `units` in the order to start them. */
export function stopMasters(run: string, units: readonly string[], why = ''): Change {
  return sequence('stop and hold the master units', [
    ...[...units].reverse().map((unit) => stopAndHoldUnit(unit, { run, why })),
    sayWhen(units),
  ]);
}

/**
 * In the job's output: which boot this is, and when each unit became active last. Whether one did so since is what a way back
 * past the point of no return asks; by the host's clock it could not be told, for that may be set.
 */
function sayWhen(units: readonly string[]): Change {
  return {
    what: 'say when each became active last',
    deadlineMs: 0,
    script: sh`
read -r boot </proc/sys/kernel/random/boot_id
echo "boot $boot"
for unit in ${units}; do
  echo "last $unit $(systemctl show -p ActiveEnterTimestampMonotonic "$unit")"
done`,
  };
}

/** The name under which the guard has recorded how a master's units were found. */
export function mastersRecord(run: string, units: readonly string[]): string {
  return stopMasters(run, units).record?.name ?? '';
}
