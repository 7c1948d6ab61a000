import { Command } from 'commander';
import { HELP_AFTER } from './help-text';
import { verbBuilder, type KnownMachines, type Verb } from './verb-builder';
import { addVerbsAfter } from './verbs/after';
import { addVerbsBefore } from './verbs/before';
import { addVerbsDuring } from './verbs/during';
import { addVerbsLooking } from './verbs/looking';

export interface ProgramOptions extends KnownMachines {
  readonly version: string;
  /** Help and version go to stdout: they were asked for. */
  readonly write: (text: string) => void;
  readonly found: (verb: Verb) => void;
}

/** The command tree. Parsing names the verb and calls nothing. */
export function buildProgram({ version, machines, operations, write, found }: ProgramOptions): Command {
  const program = new Command('pawl');
  program
    .description(
      'Runs a dangerous operation on many hosts as a durable state machine: killed anywhere, it resumes.',
    )
    .version(version, '-V, --version')
    .configureOutput({ writeOut: write, writeErr: () => undefined })
    .exitOverride()
    .addHelpText('after', HELP_AFTER);

  const builder = verbBuilder(program, { machines, operations }, found);
  addVerbsBefore(builder);
  addVerbsDuring(builder);
  addVerbsLooking(builder);
  addVerbsAfter(builder);
  return program;
}
