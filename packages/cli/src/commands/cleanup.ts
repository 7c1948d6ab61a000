import {
  deadHosts,
  PawlError,
  positionOf,
  storeFacts,
  type CleanupOptions,
  type RunRecord,
  type Store,
} from '@pawl/engine';
import { commandLine } from '../command-line';
import { confirm } from '../confirm';
import { canAsk, type Context } from '../context';
import { openExistingToRead, openExistingToWrite, withStore } from '../database';
import { document, type Answer } from '../documents';
import { drive } from '../drive';
import { EXIT } from '../exit-codes';
import { machineOfRun } from '../find-machine';
import { hasChanged } from '../has-changed';
import type { CliMachine, Leftover } from '../machines';
import type { Connection } from '../parts';
import { bytes } from '../render/layout';
import { renderLeftovers } from '../render/leftovers';
import { connectTo, withConnection } from '../survey';
import { whichRun } from '../which-run';

export interface CleanupFlags {
  readonly remove?: readonly string[];
  readonly reason?: string;
  readonly takeOver?: boolean;
  readonly yes?: boolean;
  readonly onEvent?: string;
}

/**
 * `pawl cleanup RUN`: lists what the run has set aside, with its size; with `--remove` it removes that by name, after a confirmation.
 * From then on the run can't be rolled back.
 */
export async function cleanup(context: Context, named: string, flags: CleanupFlags): Promise<Answer> {
  const { place } = context;
  const open = flags.remove === undefined ? openExistingToRead : openExistingToWrite;
  return withStore(open(place), async (store) => {
    const record = whichRun(store.list(), named, place.database);
    const machine = machineOfRun(context.parts.machines, record.run, record.machineId);
    refuseUnfinished(context, record);
    const connection = connectTo(context, machine, record.choices, record.run);
    return withConnection(connection, async () => {
      const found = await leftBehind(machine, store, record, connection);
      const names = namesOf(flags.remove ?? [], found);
      if (names.length === 0) return listed(context, store, record, machine, found);
      return remove(context, { store, record, machine, connection, found, names, flags });
    });
  });
}

/** What it has set aside is what a run that has not ended still needs. @throws PawlError `E_NOT_ENDED` */
function refuseUnfinished(context: Context, record: RunRecord): void {
  const { run, state } = record;
  const at = positionOf(record.checkpoint.snapshot['value']);
  if (state === 'completed' || state === 'rolled-back' || state === 'closed' || at.direction === 'cleanup')
    return;
  throw new PawlError('E_NOT_ENDED', `the run ${run} is ${state}, neither completed nor rolled back`, {
    where: run,
    hint: `See where it stands: ${commandLine(context.place, 'status', run)}`,
  });
}

/** Reads the hosts. */
async function leftBehind(
  machine: CliMachine,
  store: Store,
  record: RunRecord,
  { hands }: Connection,
): Promise<readonly Leftover[]> {
  const { run, choices } = record;
  const of = { run, dead: deadHosts(record) };
  return (await machine.leftovers?.(choices, storeFacts(store, run), hands, of)) ?? [];
}

function namesOf(remove: readonly string[], found: readonly Leftover[]): readonly string[] {
  const names = remove.includes('all') ? found.map(({ name }) => name) : remove;
  return [...new Set(names)];
}

function listed(
  context: Context,
  store: Store,
  record: RunRecord,
  machine: CliMachine,
  leftovers: readonly Leftover[],
): Answer {
  const { run, state } = record;
  return {
    exit: EXIT.done,
    document: document(
      'cleanup',
      'listed',
      { run, phase: state, changed: hasChanged(store.intents(run), machine) },
      {
        leftovers: leftovers.map((each) => ({ ...each, onlyV2: each.onlyV2 ?? false })),
        names: [...new Set(leftovers.map(({ name }) => name))],
      },
    ),
    render: (paper) =>
      renderLeftovers(
        { run, leftovers, remove: commandLine(context.place, 'cleanup', run, '--remove', 'NAME') },
        paper,
      ),
  };
}

interface Removal {
  readonly store: Store;
  readonly record: RunRecord;
  readonly machine: CliMachine;
  readonly connection: Connection;
  readonly found: readonly Leftover[];
  readonly names: readonly string[];
  readonly flags: CleanupFlags;
}

async function remove(context: Context, removal: Removal): Promise<Answer> {
  const { store, record, machine, connection, found, names, flags } = removal;
  const { run } = record;
  const going = found.filter(({ name }) => names.includes(name));
  const { stderr } = context.out;
  const yes = flags.yes === true;
  if (context.level !== 'quiet' || (canAsk(context) && !yes))
    stderr.write(`${renderLeftovers({ run, leftovers: going }, stderr)}\n`);
  await confirm(context, {
    name: machine.pointOfNoReturnName(record.choices),
    yes,
    what: `This removes ${names.join(', ')} for good. ${record.state === 'completed' ? `${run} can't be rolled back any more after that.` : ''}`.trim(),
  });
  return drive(context, {
    run,
    machine,
    store,
    connection,
    inventory: undefined,
    onEvent: flags.onEvent,
    closing: going.map(
      ({ name, host, path, bytes: size }) => `removed ${name} on ${host}: ${path} (${bytes(size)})`,
    ),
    act: (engine) => engine.cleanup(optionsOf(run, names, flags)),
  });
}

function optionsOf(run: string, remove: readonly string[], flags: CleanupFlags): CleanupOptions {
  return {
    run,
    remove,
    ...(flags.reason === undefined ? {} : { reason: flags.reason }),
    ...(flags.takeOver === true ? { takeOver: true } : {}),
  };
}
