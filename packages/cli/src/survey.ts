import { existsSync } from 'node:fs';
import { nextRunId, type JsonObject } from '@pawl/engine';
import type { HostEntry, Inventory } from '@pawl/hosts';
import type { Context } from './context';
import { openToRead, withStore } from './database';
import { machineFor, operationsOf } from './find-machine';
import type { CheckReport, CliMachine, MachineFlags } from './machines';
import type { Connection } from './parts';
import { inventoryFor } from './inventory-for';
import { runDir } from './state-dir';

export interface SurveyFlags extends Pick<MachineFlags, 'ttl' | 'onFailure' | 'maxOutage'> {
  readonly inventory?: string;
  readonly machine?: string;
}

/** What is known before any host is asked. */
export interface Survey {
  readonly machine: CliMachine;
  readonly choices: JsonObject;
  readonly hosts: readonly HostEntry[];
  /** What the run would be called, as far as this machine knows. */
  readonly run: string;
  /** The file, as it was given. */
  readonly inventory: string | undefined;
  /** The choices with the consent in them, once it was given. */
  readonly accepted: (name: string) => JsonObject;
}

/** Reads the inventory and the list of runs. Asks no host, changes nothing. */
export async function survey(context: Context, flags: SurveyFlags): Promise<Survey> {
  const machine = machineFor(operationsOf(context.parts.machines), flags.machine);
  const { inventory, ttl, onFailure, maxOutage } = flags;
  return surveyOf(context, machine, inventory, () => ({
    ...(ttl === undefined ? {} : { ttl }),
    ...(onFailure === undefined ? {} : { onFailure }),
    ...(maxOutage === undefined ? {} : { maxOutage }),
  }));
}

/** The same, for a machine whose flags are made with what the inventory says. */
export async function surveyOf(
  context: Context,
  machine: CliMachine,
  file: string | undefined,
  chosenWith: (inventory: Inventory) => MachineFlags,
): Promise<Survey> {
  const inventory = await inventoryFor(context.io, file);
  const chosen = chosenWith(inventory);
  const choices = machine.choices(inventory, chosen);
  return {
    machine,
    choices,
    hosts: machine.hostsOf(choices),
    run: await freeRunId(context, machine),
    inventory: file,
    accepted: (name) => machine.choices(inventory, { ...chosen, acceptPointOfNoReturn: name }),
  };
}

/** Asks the hosts, read-only. */
export async function inspect(context: Context, found: Survey, connection: Connection): Promise<CheckReport> {
  context.say(`Looking at ${found.hosts.map((host) => host.name).join(', ')}; nothing is changed`);
  return found.machine.check(found.choices, connection.hands);
}

export function connectTo(
  context: Context,
  machine: CliMachine,
  choices: JsonObject,
  run: string,
  dead: readonly string[] = [],
): Connection {
  const entries = machine.hostsOf(choices).filter(({ name }) => !dead.includes(name));
  return context.parts.connect({ machine, entries, run, runsDir: context.place.runs, env: context.io.env });
}

export async function withConnection<T>(connection: Connection, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } finally {
    await connection.close();
  }
}

/** The same, called as nobody is on the hosts either: a run of another database may have left its evidence there. */
export async function namedByHosts(context: Context, found: Survey, report: CheckReport): Promise<Survey> {
  const there = found.machine.runsOnHosts?.(report.facts) ?? [];
  return { ...found, run: await freeRunId(context, found.machine, there) };
}

/** A name is taken by a run on record and by a folder with evidence: two databases may lie in one directory. */
async function freeRunId(
  context: Context,
  machine: CliMachine,
  there: readonly string[] = [],
): Promise<string> {
  const store = openToRead(context.place);
  const known =
    store === undefined ? [] : await withStore(store, (s) => s.list().map((record) => record.run));
  return nextRunId(
    machine.runPrefix,
    context.now(),
    (run) => known.includes(run) || there.includes(run) || existsSync(runDir(context.place, run)),
  );
}
