import { isUnfinished, PawlError, type RunRecord } from '@pawl/engine';
import type { Context } from './context';
import { openExistingToRead, withStore } from './database';
import { baseOf, machineFor, machineOfRun, operationsOf, restoringMachine } from './find-machine';
import type { MachineFlags } from './machines';
import { recordedInventory } from './recorded-inventory';
import { unfinishedHint } from './refuse-unfinished';
import { surveyOf, type Survey } from './survey';
import { whichRun } from './which-run';

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
  return surveyOf(context, restoringMachine(machines, taken), file, () => chosen(flags));
}

/** What the machine makes of them is its own: which host is meant, and which are no hosts of the inventory. */
function chosen({ from, dbFrom, hostDead, reason }: RestoreFlags): MachineFlags {
  return {
    from,
    ...(dbFrom === undefined ? {} : { dbFrom }),
    ...(hostDead === undefined ? {} : { hostDead }),
    ...(reason === undefined ? {} : { reason }),
  };
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
    hint: unfinishedHint(context, record.run, recordedInventory(record.choices)),
    facts: { run: record.run, state: record.state },
  });
}
