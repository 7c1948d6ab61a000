import type { JsonObject } from '@pawl/engine';
import { placeText } from './backup-place';
import type { CliMachine, MachineFlags } from './machines';
import { recordedFlags } from './recorded-flags';
import { recordedInventory } from './recorded-inventory';
import type { Survey } from './survey';

/** The words of the command that looks once more before a run like this one is made, and changes nothing. */
export function lookAgain(
  machine: CliMachine | undefined,
  choices: JsonObject,
  inventory = recordedInventory(choices),
): readonly string[] {
  const file = inventory === undefined ? [] : ['-i', inventory];
  if (machine?.restores !== undefined)
    return ['plan', '--rollback', ...restoreWords(recordedFlags(choices)), ...file];
  if (machine?.checksBackupsOf !== undefined)
    return ['check', ...backupWords(recordedFlags(choices)), ...file];
  return ['check', ...file];
}

/** The command that begins a restore, after it has asked. */
export function restoreCommand(
  { choices, inventory }: Pick<Survey, 'choices' | 'inventory'>,
  pauseBefore?: string,
): readonly string[] {
  return [
    'rollback',
    ...restoreWords(recordedFlags(choices)),
    ...(pauseBefore === undefined ? [] : ['--pause-before', pauseBefore]),
    ...(inventory === undefined ? [] : ['-i', inventory]),
  ];
}

/** The flags of a restore, to be given once more. */
function restoreWords({ from, dbFrom, hostDead = [], reason }: MachineFlags): readonly string[] {
  return [
    ...(from === undefined ? [] : ['--from', from]),
    ...(dbFrom === undefined ? [] : ['--db-from', dbFrom]),
    ...hostDead.flatMap((host) => ['--host-dead', host]),
    ...(reason === undefined ? [] : ['--reason', reason]),
  ];
}

function backupWords({ backups = [] }: MachineFlags): readonly string[] {
  return backups.flatMap((place) => ['--backups', placeText(place)]);
}
