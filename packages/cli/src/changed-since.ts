import { PawlError, type JsonObject, type RunRecord, type Store } from '@pawl/engine';
import { commandLine } from './command-line';
import type { Context } from './context';
import { allRows } from './database';
import { baseOf } from './find-machine';
import type { FoundRun } from './found-run';
import type { CliMachine } from './machines';
import { recordedInventory } from './recorded-inventory';

/**
 * The last run that has changed the data of these hosts after this one and stands: what this one has set aside is older than what that
 * one found, and what would be lost in between nobody has counted. From the records alone.
 */
export function changedSince(
  { store, record, machine }: FoundRun,
  records: readonly RunRecord[],
  machines: readonly CliMachine[],
): RunRecord | undefined {
  const changing = changingMachines(machine, machines);
  const placesOf = (id: string, choices: JsonObject): readonly string[] =>
    changing
      .find((each) => each.id === id)
      ?.hostsOf(choices)
      .map(placeOf) ?? [];
  const places = placesOf(machine.id, record.choices);
  return records.findLast(
    (other) =>
      other.createdAt > record.createdAt &&
      stands(store, other) &&
      placesOf(other.machineId, other.choices).some((place) => places.includes(place)),
  );
}

/** The machines that work on the same data: the operation, and what takes it back. */
export function changingMachines(
  machine: CliMachine,
  machines: readonly CliMachine[],
): readonly CliMachine[] {
  return machines.filter((each) => baseOf(each) === baseOf(machine) && each.checksBackupsOf === undefined);
}

/** Two clusters in one database may call their hosts alike. */
const placeOf = ({ name, address, port }: ReturnType<CliMachine['hostsOf']>[number]): string =>
  `${name} ${address}:${port}`;

/** It came to its end, and was not taken back, be it before it was cleaned up. */
export function stands(store: Store, { run, state }: RunRecord): boolean {
  if (state !== 'completed' && state !== 'closed') return false;
  return !allRows(store, run).some(({ kind, data }) => kind === 'ended' && data['outcome'] === 'rolled-back');
}

/** @throws PawlError `E_ENDED`: nothing was done */
export function refuseChangedSince({ place }: Context, { record }: FoundRun, later: RunRecord): never {
  const { run, choices } = record;
  const file = recordedInventory(choices) ?? 'INVENTORY';
  const backed = commandLine(place, 'rollback', '--from', 'HOST:DIR', '-i', file);
  throw new PawlError(
    'E_ENDED',
    `${later.run} has changed the data of these hosts after ${run}, and stands: what was written since would be lost with it, uncounted`,
    {
      where: run,
      hint: `${later.state === 'closed' ? `${later.run} was cleaned up, and can't be taken back any more` : `To take that one back first: ${commandLine(place, 'rollback', later.run)}`}. A backup of ${run} is restored, and what that costs is told before: ${backed}`,
      facts: { run, later: later.run, state: later.state },
    },
  );
}
