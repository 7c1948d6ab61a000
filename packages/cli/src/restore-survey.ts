import { PawlError, type RunRecord } from '@pawl/engine';
import type { Inventory } from '@pawl/hosts';
import { backupPlace, placeText } from './backup-place';
import { commandLine } from './command-line';
import type { Context } from './context';
import { openExistingToRead, withStore } from './database';
import { baseOf, machineFor, machineOfRun, operationsOf, restoringMachine } from './find-machine';
import type { MachineFlags } from './machines';
import { recordedInventory } from './recorded-inventory';
import { surveyOf, type Survey } from './survey';
import { isUnfinished, whichRun } from './which-run';

export interface RestoreFlags {
  /** `[HOST:]DIR` */
  readonly from: string;
  readonly dbFrom?: string;
  readonly inventory?: string;
  readonly hostDead?: readonly string[];
  readonly reason?: string;
}

/**
 * What is known, before any host is asked, of a restore from `flags.from`: where a run that has ended is named, of its machine's cluster
 * and with its inventory.
 * @throws PawlError `E_USAGE`, `E_NO_RUN`, `E_RUN_UNFINISHED`
 */
export async function surveyRestore(
  context: Context,
  named: string | undefined,
  flags: RestoreFlags,
): Promise<Survey> {
  const { machines } = context.parts;
  const about = named === undefined ? undefined : await endedRun(context, named);
  const taken =
    about === undefined
      ? machineFor(operationsOf(machines), undefined).id
      : baseOf(machineOfRun(machines, about.run, about.machineId));
  const file = flags.inventory ?? (about === undefined ? undefined : recordedInventory(about.choices));
  return surveyOf(context, restoringMachine(machines, taken), file, (inventory) => chosen(inventory, flags));
}

function chosen(inventory: Inventory, { from, dbFrom, hostDead, reason }: RestoreFlags): MachineFlags {
  return {
    from: placeText(backupPlace(from, inventory, '--from', hostDead)),
    ...(dbFrom === undefined ? {} : { dbFrom: absolute(dbFrom) }),
    ...(hostDead === undefined ? {} : { hostDead: known(inventory, hostDead) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function absolute(path: string): string {
  if (path.startsWith('/')) return path;
  throw new PawlError('E_USAGE', `--db-from ${path}: an absolute path is wanted`, {
    hint: 'It lies on the host that the backup is taken from.',
  });
}

function known(inventory: Inventory, dead: readonly string[]): readonly string[] {
  const strangers = dead.filter((name) => !inventory.hosts.has(name));
  if (strangers.length === 0) return dead;
  throw new PawlError('E_USAGE', `--host-dead ${strangers.join(', ')}: no such host in the inventory`, {
    where: inventory.file,
  });
}

/** An unfinished one holds its hosts, and has a way back of its own. */
async function endedRun(context: Context, named: string): Promise<RunRecord> {
  const { place } = context;
  const record = await withStore(openExistingToRead(place), (store) =>
    whichRun(store.list(), named, place.database),
  );
  if (!isUnfinished(record)) return record;
  throw new PawlError('E_RUN_UNFINISHED', `the run ${record.run} is unfinished (${record.state})`, {
    where: place.database,
    hint: `See where it stands: ${commandLine(place, 'status', record.run)}`,
    facts: { run: record.run, state: record.state },
  });
}
