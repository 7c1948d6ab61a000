import { PawlError, storeFacts } from '@pawl/engine';
import { backupPlace, isPlace } from './backup-place';
import type { Context } from './context';
import { openExistingToRead, withStore } from './database';
import { baseOf, machineFor, machineOfRun, operationsOf, provingMachine } from './find-machine';
import type { BackupsOfRun } from './machines';
import { recordedInventory } from './recorded-inventory';
import { surveyOf, type Survey, type SurveyFlags } from './survey';
import { whichRun } from './which-run';

export interface BackupsFlags extends Pick<SurveyFlags, 'inventory' | 'machine'> {
  /** A run, or `[HOST:]DIR`, as often as there are. */
  readonly backups: readonly string[];
}

/**
 * What is known, before any host is asked, of a check of these backups.
 * @throws PawlError `E_USAGE`, `E_NO_RUN`, `E_NO_BACKUP` where the run has made none
 */
export async function surveyBackups(context: Context, flags: BackupsFlags): Promise<Survey> {
  const { machines } = context.parts;
  const [first = ''] = flags.backups;
  if (flags.backups.every(isPlace)) {
    const { id } = machineFor(operationsOf(machines), flags.machine);
    return surveyOf(context, provingMachine(machines, id), flags.inventory, (inventory) => ({
      backups: flags.backups.map((text) => backupPlace(text, inventory)),
      manifestDigest: null,
    }));
  }
  if (flags.backups.length > 1)
    throw new PawlError('E_USAGE', '--backups names one run, or directories', {
      hint: 'For example --backups okd-20261124-1, or --backups etcd1:/backup/etcd --backups etcd2:/backup/etcd.',
    });
  const { base, inventory, made } = await backupsOfRun(context, first);
  return surveyOf(context, provingMachine(machines, base), flags.inventory ?? inventory, () => made);
}

interface Made {
  readonly base: string;
  readonly inventory: string | undefined;
  readonly made: BackupsOfRun;
}

async function backupsOfRun(context: Context, named: string): Promise<Made> {
  const { place, parts } = context;
  return withStore(openExistingToRead(place), (store) => {
    const { run, machineId, choices } = whichRun(store.list(), named, place.database);
    const machine = machineOfRun(parts.machines, run, machineId);
    const made = machine.backupsOf?.(choices, storeFacts(store, run), run);
    if (made === undefined || made.backups.length === 0)
      throw new PawlError('E_NO_BACKUP', `the run ${run} has made no backup`, {
        where: run,
        hint: 'One of another origin: pawl check --backups HOST:DIR -i INVENTORY',
        facts: { run },
      });
    return { base: baseOf(machine), inventory: recordedInventory(choices), made };
  });
}
