import { stopAndHoldUnit, type Change } from '@pawl/hosts';
import { sequence } from './sequence';

/** Controllers first, then the API; `units` in the order to start them. */
export function stopMasters(run: string, units: readonly string[], why = ''): Change {
  return sequence(
    'stop and hold the master units',
    [...units].reverse().map((unit) => stopAndHoldUnit(unit, { run, why })),
  );
}

/** The name under which the guard has recorded how a master's units were found. */
export function mastersRecord(run: string, units: readonly string[]): string {
  return stopMasters(run, units).record?.name ?? '';
}
