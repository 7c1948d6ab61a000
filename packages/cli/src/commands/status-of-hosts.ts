import { PawlError } from '@pawl/engine';
import { processOwners } from '@pawl/store';
import { commandLine } from '../command-line';
import type { Context } from '../context';
import { document, type Answer } from '../documents';
import { EXIT } from '../exit-codes';
import { machineFor, operationsOf, provesBackups } from '../find-machine';
import { hostsView } from '../hosts-view';
import { inventoryFor } from '../inventory-for';
import { knownHere } from '../known-here';
import { renderHosts } from '../render/hosts';
import { connectTo, withConnection } from '../survey';

export interface HostStatusFlags {
  readonly inventory: string;
  readonly machine?: string;
}

/**
 * `pawl status -i INVENTORY`: what the fences on the hosts say, for whoever has no database, or another one. Reads only; needs
 * neither the run's database nor one of its own.
 */
export async function statusOfHosts(
  context: Context,
  named: string | undefined,
  flags: HostStatusFlags,
): Promise<Answer> {
  const machine = machineFor(operationsOf(context.parts.machines), flags.machine);
  const choices = machine.choices(await inventoryFor(context.io, flags.inventory), {});
  const connection = connectTo(context, machine, choices, 'status');
  const looks = await withConnection(connection, () => connection.fences.look(named));
  const known = await knownHere(context);
  const view = hostsView({
    looks,
    machines: context.parts.machines,
    self: processOwners().self('').host,
    knownHere: (run) => known.get(run),
    place: context.place,
    inventory: flags.inventory,
  });
  const [run, ...others] = view.runs;
  const only = others.length === 0 ? run : undefined;
  const { outcome, ...more } = view;
  if (view.unasked.length === view.hosts.length) throw nobodyAnswered(view.unasked);
  const next =
    outcome === 'free' ? commandLine(context.place, 'check', '-i', flags.inventory) : (only?.next ?? null);
  return {
    exit: EXIT.done,
    document: document(
      'fences',
      outcome,
      { changed: run !== undefined, run: only?.run ?? null, phase: only?.phase ?? null, next },
      { title: machine.title, nextOn: only?.nextOn ?? null, ...more },
    ),
    render: (paper) =>
      renderHosts(
        {
          ...{ ...view, title: machine.title, inventory: flags.inventory, next },
          // It fences the hosts alone that have a backup; and nothing is lost with it.
          neverRebuilt: (name) => provesBackups(context.parts.machines, name),
        },
        paper,
      ),
  };
}

function nobodyAnswered(
  unasked: readonly { readonly host: string; readonly code: string; readonly message: string }[],
): PawlError {
  return new PawlError(
    unasked[0]?.code ?? 'E_UNREACHABLE',
    `no host could be asked: ${unasked.map(({ message }) => message).join('; ')}`,
    {
      hint: 'Nothing is known of them. Mend what they say, then ask again.',
    },
  );
}
