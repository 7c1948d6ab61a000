import { existsSync } from 'node:fs';
import { PawlError, type Json, type JsonObject } from '@pawl/engine';
import { clusterOf, type Inventory } from '@pawl/hosts';
import type { Io } from './io';
import type { CliMachine, MachineFlags } from './machines';
import { inventoryFor } from './inventory-for';
import { recordedFlags } from './recorded-flags';

export interface RecordedRun {
  readonly run: string;
  readonly choices: JsonObject;
}

/**
 * A run goes on with the hosts it was made with. Where the inventory it was made from is still there (or another is named)
 * and says something else by now, somebody has to decide which is right.
 * @throws PawlError `E_INVENTORY_CHANGED`, with the difference
 */
export async function checkSameCluster(
  machine: CliMachine,
  record: RecordedRun,
  io: Pick<Io, 'cwd'>,
  given: string | undefined,
): Promise<void> {
  const recorded = record.choices['inventoryFile'];
  const file = given ?? (typeof recorded === 'string' && existsSync(recorded) ? recorded : undefined);
  if (file === undefined) return;
  const inventory = await inventoryFor(io, file);
  const fresh = machine.choices(inventory, stillNamed(inventory, recordedFlags(record.choices)));
  const differences = differencesOf(record.choices, fresh);
  if (differences.length === 0) return;
  throw new PawlError(
    'E_INVENTORY_CHANGED',
    `the inventory has changed since ${record.run} was made: ${differences.join('; ')}`,
    {
      where: file,
      hint: 'Put the inventory back as it was, or, where the change is known to be right, finish this run first by naming a copy of the old one with -i FILE.',
      facts: { differences },
    },
  );
}

/** A host that was given up may have been taken out of the inventory since: then there is none to leave out. */
function stillNamed(inventory: Inventory, { hostDead = [], ...flags }: MachineFlags): MachineFlags {
  const names = clusterOf(inventory).entries.map(({ name }) => name);
  return { ...flags, hostDead: hostDead.filter((name) => names.includes(name)) };
}

/** By role, what was added, dropped, moved in order or reached elsewhere. */
export function differencesOf(recorded: JsonObject, fresh: JsonObject): readonly string[] {
  const before = rolesOf(recorded);
  const after = rolesOf(fresh);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((role) => {
    const [was, is] = [before.get(role) ?? [], after.get(role) ?? []];
    const dropped = was.filter((h) => !is.some((other) => other.name === h.name));
    const added = is.filter((h) => !was.some((other) => other.name === h.name));
    const moved = was.flatMap((h) => {
      const now = is.find((other) => other.name === h.name);
      return now === undefined || now.place === h.place
        ? []
        : [`${role}: ${h.name} was at ${h.place}, is at ${now.place}`];
    });
    const reordered =
      dropped.length + added.length === 0 && was.some((h, i) => is[i]?.name !== h.name)
        ? [
            `${role}: the order was ${was.map((h) => h.name).join(', ')}, is ${is.map((h) => h.name).join(', ')}`,
          ]
        : [];
    return [
      ...dropped.map((h) => `${role}: ${h.name} is gone`),
      ...added.map((h) => `${role}: ${h.name} is new`),
      ...moved,
      ...reordered,
    ];
  });
}

interface RoleHost {
  readonly name: string;
  readonly place: string;
}

/** The lists of hosts in a run's choices: one a role. */
function rolesOf(choices: JsonObject): ReadonlyMap<string, readonly RoleHost[]> {
  const roles = new Map<string, readonly RoleHost[]>();
  for (const [role, held] of Object.entries(choices)) {
    if (!Array.isArray(held)) continue;
    const hosts = (held as readonly Json[]).flatMap(roleHost);
    if (hosts.length > 0 && hosts.length === held.length) roles.set(role, hosts);
  }
  return roles;
}

function roleHost(value: Json): RoleHost[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  const { name, address, port } = value as JsonObject;
  if (typeof name !== 'string' || typeof address !== 'string') return [];
  return [{ name, place: typeof port === 'number' && port !== 22 ? `${address}:${port}` : address }];
}
