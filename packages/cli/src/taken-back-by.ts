import { storeFacts, type RunRecord } from '@pawl/engine';
import { placeText } from './backup-place';
import { stands } from './changed-since';
import type { FoundRun } from './found-run';
import type { BackupPlace, CliMachine } from './machines';
import { recordedFlags } from './recorded-flags';

/**
 * The restore that has taken a run back by one of its backups and stands: said once more, the rollback of that run must not take what was
 * written since. From the records alone.
 */
export function takenBackBy(
  { store, record, machine }: FoundRun,
  records: readonly RunRecord[],
  machines: readonly CliMachine[],
): RunRecord | undefined {
  const restoring = machines.filter(({ restores }) => restores === machine.id).map(({ id }) => id);
  const made = machine.backupsOf?.(record.choices, storeFacts(store, record.run), record.run).backups ?? [];
  return records.findLast(
    (other) =>
      restoring.includes(other.machineId) &&
      stands(store, other) &&
      made.some((backup) => isOfSameRun(recordedFlags(other.choices).from ?? '', backup)),
  );
}

/** Named as it lies, or by any directory of the run's folder that it lies in, or by that folder. */
function isOfSameRun(from: string, { host, path }: BackupPlace): boolean {
  const folder = placeText({ host, path: path.slice(0, path.lastIndexOf('/')) });
  return from === folder || from.startsWith(`${folder}/`);
}
