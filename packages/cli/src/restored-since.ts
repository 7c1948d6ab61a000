import { PawlError } from '@pawl/engine';
import type { SeenHost } from '@pawl/fleet';
import type { FoundRun } from './found-run';
import type { CliMachine } from './machines';

/**
 * A restore that has ended on a host after the run did, and that its database does not know: `takenBackBy` can't tell of it, and what
 * was written since would be lost by a retry. Both times are by that host's own clock.
 */
export function restoredSince(
  { host, closed }: SeenHost,
  { store, record: { run }, machine }: FoundRun,
  machines: readonly CliMachine[],
): PawlError | undefined {
  const ended = closed.find((end) => end.run === run)?.at;
  const restoring = machines.filter(({ restores }) => restores === machine.id);
  const restore = closed.find(
    (end) =>
      end.outcome === 'completed' &&
      restoring.some(({ runPrefix }) => end.run.startsWith(`${runPrefix}-`)) &&
      (ended ?? end.at) < end.at &&
      store.load(end.run) === undefined,
  );
  if (restore === undefined) return undefined;
  return new PawlError(
    'E_ENDED',
    `on ${host} the restore ${restore.run} has ended at ${restore.at}, after ${run}, and this database does not know it`,
    {
      where: `${host}:/var/lib/pawl/runs/${restore.run}/closed`,
      hint: 'This database is older than what happened on that host: a backup was restored there since. Put the newer one back. To restore one again, at the price of what was written since: pawl rollback --from HOST:DIR -i INVENTORY',
      facts: { run, host, restore: restore.run, at: restore.at },
    },
  );
}
