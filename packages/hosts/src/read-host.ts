import type { ReadHost, ReadOptions } from './host';
import { HostError } from './host-error';
import { hostTrouble } from './host-trouble';
import type { HostEntry } from './hosts-api';
import { readStream } from './read-stream';
import { rootCommand } from './root-command';
import type { RootCommand } from './root-command';
import { runInTime } from './run-in-time';
import type { Transport } from './transport';
import { outputTooLarge } from './transport-errors';

const usualTimeoutMs = 60_000;
const usualMaxBytes = 64 * 1024 * 1024;
/** Room for what a login shell says before the command. */
const noiseBytes = 64 * 1024;

/**
 * A host that can be looked at, over any transport. Each call is one command as root (`sudo -n` for any other user), in the
 * C locale, ended on the host when its time is up. A command that was cut off is not run again.
 */
export function readingHost(entry: HostEntry, transport: Transport): ReadHost {
  const read: ReadHost['read'] = async (argv, options = {}) => {
    const { timeoutMs = usualTimeoutMs, maxBytes = usualMaxBytes, ...rest } = options;
    const command = commandFor(entry, argv, options);
    const most = { ...rest, maxBytes: maxBytes + noiseBytes };
    const result = command.unwrap(await runInTime(entry, transport, command.commandLine, timeoutMs, most));
    for (const stream of ['stdout', 'stderr'] as const) {
      if (result[stream].length > maxBytes) throw outputTooLarge(entry, stream, maxBytes);
    }
    return result;
  };
  return {
    name: entry.name,
    address: entry.address,
    read,
    readScript: (script, options) => read(['/bin/sh', '-eu', '-c', script.text], options),
    readStream: (argv, options = {}) =>
      readStream((receive, signal) => streamTo(entry, transport, argv, options, receive, signal)),
  };
}

async function streamTo(
  entry: HostEntry,
  transport: Transport,
  argv: readonly string[],
  options: ReadOptions,
  receive: (chunk: Buffer) => Promise<void>,
  left: AbortSignal,
): Promise<void> {
  const { timeoutMs = usualTimeoutMs, maxBytes = usualMaxBytes, ...rest } = options;
  const command = commandFor(entry, argv, options);
  const stream = command.unwrapStream();
  const result = await runInTime(entry, transport, command.commandLine, timeoutMs, {
    ...rest,
    maxBytes,
    signal: AbortSignal.any(options.signal === undefined ? [left] : [left, options.signal]),
    onStdout(chunk) {
      const own = stream.take(chunk);
      return own.length === 0 ? undefined : receive(own);
    },
  });
  const { exit, signal, stderr } = stream.end(result);
  if (exit !== 0)
    throw commandFailed(entry, argv, exit === null ? `by ${String(signal)}` : `with ${exit}`, stderr, exit);
}

function commandFor(entry: HostEntry, argv: readonly string[], options: ReadOptions): RootCommand {
  const timeoutSeconds = (options.timeoutMs ?? usualTimeoutMs) / 1000;
  return rootCommand(entry, argv, {
    timeoutSeconds,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
}

function commandFailed(
  entry: HostEntry,
  argv: readonly string[],
  how: string,
  stderr: Buffer,
  exit: number | null,
): HostError {
  const said = stderr.toString('utf8').trim().slice(-600);
  const trouble = hostTrouble(entry.name, said, exit);
  return new HostError(
    'E_COMMAND',
    `${argv[0] ?? 'a command'} on ${entry.name} ended ${how}: ${said || 'it said nothing'}`,
    {
      host: entry.name,
      ...(trouble !== undefined && { hint: trouble.hint }),
      facts: { began: true, how, said },
    },
  );
}
