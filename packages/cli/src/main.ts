import { CommanderError } from 'commander';
import { PawlError, type Json } from '@pawl/engine';

import { createContext, type CommonFlags } from './context';
import { document, type Answer } from './documents';
import { errorView, type ErrorView } from './errors';
import { EXIT, exitOfError } from './exit-codes';
import { operationsOf } from './find-machine';
import type { Io } from './io';
import { createOutput, type Output } from './output';
import type { Parts } from './parts';
import { buildProgram } from './program';
import { realParts } from './real-parts';
import { redactObject } from '@pawl/okd';
import { renderError } from './render/error';
import { faultsOf } from './schema-check';
import type { Verb } from './verb-builder';
import { ownVersion } from './version';

/**
 * The command line as a function: parses, calls the library, renders.
 *
 * @param argv without the names of node and script
 * @param parts machines and hosts; the real ones if left out
 * @returns the exit code. The caller ends the process with it at once: after a second signal the engine may still be at work.
 * Durable when it returns: what the result says. Never: a host changed before consent was given by name.
 */
export async function main(argv: readonly string[], io: Io, parts: Parts = realParts()): Promise<number> {
  let tellLost = (_stream: string, _error: Error): void => undefined;
  const out = createOutput(io, (stream, error) => tellLost(stream, error));
  // A closed terminal takes stderr with it; what is lost on stdout can still be told there.
  tellLost = (stream, error) => {
    if (stream === 'stdout' && !isPipeGone(error))
      out.stderr.write(`pawl: stdout is lost: ${error.message}\n`);
  };
  const exit = await perform(argv, io, out, parts);
  // A pipe takes 64 KiB; what a slow reader has not taken yet would end with the process.
  await out.stderr.flush();
  await out.stdout.flush();
  return exit;
}

async function perform(argv: readonly string[], io: Io, out: Output, parts: Parts): Promise<number> {
  const parsed = parse(argv, out, parts);
  if (typeof parsed === 'number') return parsed;
  const context = createContext(io, out, parts, parsed.flags);
  try {
    const answer = await parsed.perform(context);
    print(answer, out, parsed.flags);
    return answer.exit;
  } catch (error) {
    return fail(error, out, parsed.flags);
  }
}

function parse(argv: readonly string[], out: Output, parts: Parts): Verb | number {
  let verb: Verb | undefined;
  const program = buildProgram({
    version: ownVersion(),
    machines: parts.machines.map((machine) => machine.id),
    operations: operationsOf(parts.machines).map((machine) => machine.id),
    write: (text) => out.stdout.write(text),
    found: (asked) => (verb = asked),
  });
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done;
    return fail(usageError(error, argv), out, { json: argv.includes('--json') });
  }
  return (
    verb ?? fail(new PawlError('E_USAGE', 'no command was given', { hint: 'See `pawl --help`.' }), out, {})
  );
}

function usageError(error: CommanderError, argv: readonly string[]): PawlError {
  // Without a command commander shows the help as an error, and has no message of its own.
  const message =
    error.code === 'commander.help' ? 'no command was given' : error.message.replace(/^error: /, '');
  const verb = argv.find((word) => /^[a-z]+$/.test(word));
  return new PawlError('E_USAGE', message, {
    hint: `See \`pawl ${verb === undefined ? '' : `${verb} `}--help\`.`,
  });
}

function print(answer: Answer, out: Output, flags: CommonFlags): void {
  const { document: found, render } = answer;
  if (flags.json !== true && flags.events !== true) {
    out.stdout.write(render(out.stdout));
    return;
  }
  const clean = redactObject(found);
  out.stdout.write(`${JSON.stringify(clean, null, flags.events === true ? undefined : 2)}\n`);
  // Never a reason to lose a result: what was to be said is said, and then that it is not what was promised.
  const faults = faultsOf(clean);
  if (faults.length > 0)
    out.stderr.write(`pawl: this document does not fit its schema: ${faults.join('; ')}\n`);
}

function fail(error: unknown, out: Output, flags: CommonFlags): number {
  const view = errorView(error);
  if (flags.verbose === true && view.code === 'E_INTERNAL' && error instanceof Error)
    out.stderr.write(`${error.stack ?? ''}\n`);
  out.stderr.write(renderError(view, out.stderr));
  if (flags.json === true || flags.events === true)
    out.stdout.write(`${JSON.stringify(errorDocument(view), null, flags.events === true ? undefined : 2)}\n`);
  return exitOfError(view.code);
}

function errorDocument(view: ErrorView): Json {
  const { facts } = view;
  const run = facts?.['run'];
  return redactObject(
    document('error', 'error', { run: typeof run === 'string' ? run : null }, { error: { ...view } }),
  );
}

function isPipeGone(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'EIO');
}
