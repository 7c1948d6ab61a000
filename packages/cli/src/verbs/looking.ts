import { graph, type GraphFlags } from '../commands/graph';
import { journal, type JournalFlags } from '../commands/journal';
import { runs } from '../commands/runs';
import { status, type StatusFlags } from '../commands/status';
import type { CommonFlags } from '../context';
import { collectNames, type VerbBuilder } from '../verb-builder';

/** What is on record, and how the machine looks. */
export function addVerbsLooking({ verb, machineFlag, machines, found }: VerbBuilder): void {
  verb('status', 'Where a run stands, and the one command to run next.', [
    'pawl status',
    'pawl status okd-20261124-1 --follow',
    'pawl status okd-20261124-1 --checkpoint --json',
    'pawl status -i hosts.ini',
  ])
    .argument('[run]', 'may be left out where only one run is unfinished')
    .option('--follow', 'show it as it goes, until it rests')
    .option('--events', 'with --follow: print a JSON line for each event, the status last')
    .option('--checkpoint', 'show the checkpoint: state, seq, open intents, claim, definition')
    .option('-i, --inventory <file>', 'ask the hosts whose they are; needs no database')
    .action((named: string | undefined, flags: CommonFlags & StatusFlags) =>
      found({ flags, perform: (context) => status(context, named, flags) }),
    );

  verb('runs', 'List the runs on record.', ['pawl runs', 'pawl runs --json']).action((flags: CommonFlags) =>
    found({ flags, perform: runs }),
  );

  verb('journal', 'Show the journal of a run, and check its chain.', [
    'pawl journal okd-20261124-1',
    'pawl journal okd-20261124-1 --kind paused --kind in-doubt',
    'pawl journal okd-20261124-1 --step migrate/run-migrate --json',
    'pawl journal okd-20261124-1 --follow --after 120',
    'pawl journal okd-20261124-1 --verify',
    'pawl journal okd-20261124-1 --export okd-20261124-1.bundle',
    'pawl journal --import okd-20261124-1.bundle --kind paused',
  ])
    .argument('[run]', 'may be left out where only one run is unfinished')
    .option('--kind <kind>', 'only rows of this kind (repeatable)', collectNames)
    .option('--step <phase/step>', 'only rows about this step, or this phase')
    .option('--target <host>', 'only rows about this host')
    .option('--after <n>', 'only rows after this one')
    .option('--follow', 'go on with rows as they are written, until the run rests')
    .option('--events', 'with --follow or --import: print a JSON line for each row, the document last')
    .option('--verify', 'follow the hash chain from the first row; names the first bad one')
    .option('--export <file>', 'write the whole run as a bundle for support, free of secrets')
    .option('--import <file>', 'show and verify a bundle, in place of a run; needs no database')
    .action((named: string | undefined, flags: CommonFlags & JournalFlags) =>
      found({ flags, perform: (context) => journal(context, named, flags) }),
    );

  machineFlag(
    verb('graph', 'Draw the machine as a mermaid diagram; with a run, where it stands.', [
      'pawl graph > machine.mmd',
      'pawl graph okd-20261124-1',
      `pawl graph --machine ${machines[0] ?? 'ID'} --json`,
    ]),
  )
    .argument('[run]', 'mark where this run stands')
    .action((named: string | undefined, flags: CommonFlags & GraphFlags) =>
      found({ flags, perform: (context) => graph(context, named, flags) }),
    );
}
