import { PawlError } from '@pawl/engine';
import { completedAfter, type SeenHost } from '@pawl/fleet';
import { changingMachines } from './changed-since';
import type { FoundRun } from './found-run';
import type { CliMachine } from './machines';

/**
 * A run that has changed the data of a host after this one had ended there, and that this database does not know: `takenBackBy` and
 * `changedSince` can't tell of it, and what was written since would be lost. Both times are by that host's own clock.
 */
export function changedElsewhere(
  { host, closed }: SeenHost,
  { store, record: { run }, machine }: FoundRun,
  machines: readonly CliMachine[],
): PawlError | undefined {
  const changing = changingMachines(machine, machines);
  // Whoever embeds a machine may call its runs anything: one of no machine's name counts.
  const madeBy = (name: string): CliMachine | undefined =>
    machines.find(({ runPrefix }) => name.startsWith(`${runPrefix}-`));
  const later = completedAfter(run, closed).findLast(({ run: other }) => {
    const by = madeBy(other);
    return (by === undefined || changing.includes(by)) && store.load(other) === undefined;
  });
  if (later === undefined) return undefined;
  const what = madeBy(later.run)?.restores === undefined ? 'run' : 'restore';
  return new PawlError(
    'E_ENDED',
    `on ${host} the ${what} ${later.run} has ended at ${later.at}, after ${run}, and this database does not know it`,
    {
      where: `${host}:/var/lib/pawl/runs/${later.run}/closed`,
      hint: `What was written since would be lost, uncounted. This database is older than what happened on that host${what === 'restore' ? ': a backup was restored there since' : ''}, or another one has it: put the newer one back, or go on with that one. To restore a backup${what === 'restore' ? ' again' : ''}, at the price of what was written since: pawl rollback --from HOST:DIR -i INVENTORY`,
      facts: { run, host, [what === 'restore' ? 'restore' : 'later']: later.run, at: later.at },
    },
  );
}
