import { Option, type Command } from 'commander';
import type { CommonFlags, Context } from './context';
import type { Answer } from './documents';

/** What a parsed command line asks for. */
export interface Verb {
  readonly flags: CommonFlags;
  readonly perform: (context: Context) => Promise<Answer>;
}

/** What verbs are made of: a new one with the flags that all have, and flags that some share. */
export interface VerbBuilder {
  readonly machines: readonly string[];
  /** Told what was asked for; parsing calls nothing. */
  readonly found: (verb: Verb) => void;
  /** A verb whose help begins with examples. */
  readonly verb: (name: string, description: string, examples: readonly string[]) => Command;
  /** It works on the hosts of an inventory. */
  readonly inventory: (command: Command) => Command;
  readonly machineFlag: (command: Command) => Command;
  /** What is chosen for a run that is yet to be made. */
  readonly chosen: (command: Command) => Command;
  /** It drives a run until it rests; `when` says with which flag only. */
  readonly driven: (command: Command, when?: string) => Command;
  /** It can restore a backup. */
  readonly restoring: (command: Command) => Command;
}

/** By id. */
export interface KnownMachines {
  readonly machines: readonly string[];
  /** Those of them that `run` begins. */
  readonly operations: readonly string[];
}

export function verbBuilder(
  program: Command,
  { machines, operations }: KnownMachines,
  found: (verb: Verb) => void,
): VerbBuilder {
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
    return operations.length > 1 ? withMachine(command, operations) : command;
  };
  const withMachine = (command: Command, ids: readonly string[]): Command =>
    command.addOption(new Option('--machine <id>', 'which operation').choices(ids).default(ids[0]));
  const machineFlag = (command: Command): Command => withMachine(command, machines);
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
  const driven = (command: Command, when = ''): Command =>
    command
      .option('--events', `${when}print a JSON line for each event, the result last`)
      .option(
        '--on-event <command>',
        `${when}run this by sh at each phase, pause, failure and end, with a JSON document on its stdin`,
      );
  const restoring = (command: Command): Command =>
    command
      .option(
        '--from <[host:]dir>',
        'go back by this backup: an absolute path on a host of [etcd] (default: the first that is not dead)',
      )
      .option(
        '--db-from <path>',
        'with --from: take the v3 database, one that never held data, from here on that host (default: found beside the backup)',
      );
  return { machines, found, verb, inventory, machineFlag, chosen, driven, restoring };
}

/** A flag that may be given again, and may hold several names with commas between. */
export function collectNames(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(',').filter((name) => name !== '')];
}
