import { cleanup, type CleanupFlags } from '../commands/cleanup';
import { unfence, type UnfenceFlags } from '../commands/unfence';
import type { CommonFlags } from '../context';
import { collectNames, type VerbBuilder } from '../verb-builder';

/** After a run, or instead of going on with it. */
export function addVerbsAfter({ verb, inventory, driven, found }: VerbBuilder): void {
  inventory(
    verb('unfence', 'Give a run up: open its fences on the hosts, by name.', [
      'pawl unfence -i hosts.ini okd-20261124-1 --reason "the controller and its database are lost"',
    ]),
  )
    .argument('<run>')
    .option('--reason <text>', 'why; stays in the record of every host')
    .option('--host-dead <name>', 'leave this host as it is', collectNames)
    .option('--take-over', 'also where its owner is on another machine')
    .option('-y, --yes', "don't ask")
    .action((named: string, flags: CommonFlags & UnfenceFlags) =>
      found({ flags, perform: (context) => unfence(context, named, flags) }),
    );

  driven(
    verb('cleanup', 'List what a run that has ended has set aside; remove it, by name.', [
      'pawl cleanup okd-20261124-1',
      'pawl cleanup okd-20261124-1 --remove backup --remove copies',
      'pawl cleanup okd-20261124-1 --remove all --reason "kept for 90 days" --yes',
    ]),
  )
    .argument('<run>', 'a run that was completed or rolled back')
    .option(
      '--remove <name>',
      'what is to go, by its name in the list; all: every name (repeatable)',
      collectNames,
    )
    .option('--reason <text>', 'why; goes into the journal')
    .option('--take-over', 'take the run from an owner who is alive or on another machine')
    .option('-y, --yes', "don't ask")
    .action((named: string, flags: CommonFlags & CleanupFlags) =>
      found({ flags, perform: (context) => cleanup(context, named, flags) }),
    );
}
