import { Command, Option } from 'commander';
import { check } from './commands/check';
import { cleanup, type CleanupFlags } from './commands/cleanup';
import { graph, type GraphFlags } from './commands/graph';
import { journal, type JournalFlags } from './commands/journal';
import { pause } from './commands/pause';
import { plan, type PlanFlags } from './commands/plan';
import { resume, type ResumeFlags } from './commands/resume';
import { run, type RunFlags } from './commands/run';
import { rollback, type RollbackFlags } from './commands/rollback';
import { runs } from './commands/runs';
import { status, type StatusFlags } from './commands/status';
import { unfence, type UnfenceFlags } from './commands/unfence';
import type { CommonFlags, Context } from './context';
import type { Answer } from './documents';
import { HELP_AFTER } from './help-text';
import type { SurveyFlags } from './survey';

/** What a parsed command line asks for. */
export interface Verb {
  readonly flags: CommonFlags;
  readonly perform: (context: Context) => Promise<Answer>;
}

export interface ProgramOptions {
  readonly version: string;
  readonly machines: readonly string[];
  /** Help and version go to stdout: they were asked for. */
  readonly write: (text: string) => void;
  readonly found: (verb: Verb) => void;
}

/** The command tree. Parsing names the verb and calls nothing. */
export function buildProgram({ version, machines, write, found }: ProgramOptions): Command {
  const program = new Command('pawl');
  program
    .description(
      'Runs a dangerous operation on many hosts as a durable state machine: killed anywhere, it resumes.',
    )
    .version(version, '-V, --version')
    .configureOutput({ writeOut: write, writeErr: () => undefined })
    .exitOverride()
    .addHelpText('after', HELP_AFTER);

  const verb = (name: string, description: string, examples: readonly string[]): Command =>
    program
      .command(name)
      .description(description)
      .addHelpText('before', `Examples:\n${examples.map((line) => `  $ ${line}`).join('\n')}\n`)
      .option('--json', 'print the result as one JSON document')
      .option(
        '--db <file>',
        'the database (default: /var/lib/pawl/controller/pawl.db for root, else $XDG_STATE_HOME/pawl/pawl.db)',
      )
      .option('--no-input', 'never ask; fail with the flag to give instead')
      .option('-q, --quiet', 'on stderr nothing but errors')
      .option('-v, --verbose', 'on stderr every intent and what steps say');
  const inventory = (command: Command): Command => {
    command.option('-i, --inventory <file>', 'Ansible inventory (default: /etc/ansible/hosts)');
    return machines.length > 1 ? machineFlag(command) : command;
  };
  const machineFlag = (command: Command): Command =>
    command.addOption(new Option('--machine <id>', 'which operation').choices(machines).default(machines[0]));
  const chosen = (command: Command): Command =>
    command
      .option(
        '--ttl <mode>',
        'how long keys that had a TTL live on v3: remaining (default), documented or configured',
      )
      .option(
        '--on-failure <what>',
        'where a failure before the point of no return leads: pause (default) or rollback',
      )
      .option('--max-outage <duration>', 'an outage that lasts longer is a failure: 90s, 15m, 1h')
      .option('--pause-before <phase>', 'pause before this phase');
  const driven = (command: Command): Command =>
    command
      .option('--events', 'print a JSON line for each event, the result last')
      .option(
        '--on-event <command>',
        'run this by sh at each phase, pause, failure and end, with a JSON document on its stdin',
      );

  inventory(
    verb('check', 'Look at everything that can be known before touching. Changes nothing.', [
      'pawl check -i hosts.ini',
      'pawl check -i hosts.ini --json',
    ]),
  ).action((flags: CommonFlags & SurveyFlags) =>
    found({ flags, perform: (context) => check(context, flags) }),
  );

  chosen(
    inventory(
      verb('plan', 'Show every command and file edit of a run, in order, per host. Changes nothing.', [
        'pawl plan -i hosts.ini',
        'pawl plan -i hosts.ini --json | jq .plan.pointOfNoReturn',
        'pawl plan --rollback okd-20261124-1',
        'pawl plan --rollback okd-20261124-1 --script',
      ]),
    ),
  )
    .argument('[run]', 'with --rollback: of this run; with -i instead: of one that is yet to be made')
    .option('--rollback', 'show the way back, from where the run stands')
    .option('--script', 'with --rollback: how to go back by hand, without Pawl')
    .action((named: string | undefined, flags: CommonFlags & PlanFlags) =>
      found({ flags, perform: (context) => plan(context, named, flags) }),
    );

  driven(
    chosen(
      inventory(
        verb('run', 'Check, plan, ask for consent, then do it.', [
          'pawl run -i hosts.ini',
          'pawl run -i hosts.ini --accept-point-of-no-return openshift.example.com --events',
          'pawl run -i hosts.ini --pause-before start-masters',
          'pawl run -i hosts.ini --on-failure rollback --max-outage 30m --on-event /usr/local/bin/tell',
        ]),
      ),
    ),
  )
    .option('--accept-point-of-no-return <name>', 'consent by name instead of typing it')
    .option('-y, --yes', "don't ask (never enough for the point of no return)")
    .action((flags: CommonFlags & RunFlags) => found({ flags, perform: (context) => run(context, flags) }));

  driven(
    verb('resume', 'Go on with a run that was paused, crashed, or is in doubt.', [
      'pawl resume',
      'pawl resume okd-20261124-1',
      'pawl resume okd-20261124-1 --decide ask-again --reason "etcd1 is back"',
      'pawl resume okd-20261124-1 --take-over',
    ]),
  )
    .argument('[run]', 'may be left out where only one run is unfinished')
    .option(
      '-i, --inventory <file>',
      'compare the hosts with this inventory (default: the one it was made from)',
    )
    .option('--pause-before <phase>', 'pause before this phase')
    .option('--decide <choice>', 'answer a run in doubt; see `pawl status`')
    .option('--reason <text>', 'why; goes into the journal')
    .option('--take-over', 'take the run from an owner who is alive or on another machine')
    .action((named: string | undefined, flags: CommonFlags & ResumeFlags) =>
      found({ flags, perform: (context) => resume(context, named, flags) }),
    );

  driven(
    verb('rollback', 'Take a run back to where it started. Shows the way back first, and asks.', [
      'pawl rollback',
      'pawl rollback okd-20261124-1 --reason "users complain" --yes',
      'pawl rollback okd-20261124-1 --host-dead etcd3 --reason "its disk is gone"',
      'pawl rollback okd-20261124-1 --accept-data-loss openshift.example.com',
    ]),
  )
    .argument('[run]', 'may be left out where only one run is unfinished')
    .option('--reason <text>', 'why; goes into the journal')
    .option(
      '--host-dead <name>',
      'a host that will not come back: it is left as it is, fenced and held (repeatable; wants --reason)',
      collect,
    )
    .option('--accept-data-loss <name>', 'past the point of no return: lose what was shown')
    .option('--take-over', 'take the run from an owner who is alive or on another machine')
    .option('-y, --yes', "don't ask (never enough for a loss)")
    .action((named: string | undefined, flags: CommonFlags & RollbackFlags) =>
      found({ flags, perform: (context) => rollback(context, named, flags) }),
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
      collect,
    )
    .option('--reason <text>', 'why; goes into the journal')
    .option('--take-over', 'take the run from an owner who is alive or on another machine')
    .option('-y, --yes', "don't ask")
    .action((named: string, flags: CommonFlags & CleanupFlags) =>
      found({ flags, perform: (context) => cleanup(context, named, flags) }),
    );

  verb('pause', 'Ask a run to pause at its next safe point.', ['pawl pause', 'pawl pause okd-20261124-1'])
    .argument('[run]', 'may be left out where only one run is unfinished')
    .action((named: string | undefined, flags: CommonFlags) =>
      found({ flags, perform: (context) => pause(context, named) }),
    );

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

  inventory(
    verb('unfence', 'Give a run up: open its fences on the hosts, by name.', [
      'pawl unfence -i hosts.ini okd-20261124-1 --reason "the controller and its database are lost"',
    ]),
  )
    .argument('<run>')
    .option('--reason <text>', 'why; stays in the record of every host')
    .option('--host-dead <name>', 'leave this host as it is', collect)
    .option('--take-over', 'also where its owner is on another machine')
    .option('-y, --yes', "don't ask")
    .action((named: string, flags: CommonFlags & UnfenceFlags) =>
      found({ flags, perform: (context) => unfence(context, named, flags) }),
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
  ])
    .argument('[run]', 'may be left out where only one run is unfinished')
    .option('--kind <kind>', 'only rows of this kind (repeatable)', collect)
    .option('--step <phase/step>', 'only rows about this step, or this phase')
    .option('--target <host>', 'only rows about this host')
    .option('--after <n>', 'only rows after this one')
    .option('--follow', 'go on with rows as they are written, until the run rests')
    .option('--events', 'with --follow: print a JSON line for each row, the document last')
    .option('--verify', 'follow the hash chain from the first row; names the first bad one')
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

  return program;
}

/** A flag that may be given again, and may hold several names with commas between. */
function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(',').filter((name) => name !== '')];
}
