import type { ClientChannel } from 'ssh2';
import type { CommandResult } from '../host';
import type { HostEntry } from '../hosts-api';
import type { TransportOptions } from '../transport';
import { aborted, unreachable } from '../transport-errors';
import type { Connection } from './connect';
import { gather, handOn } from './sinks';

/** A command that has been sent, and how it will end. */
export interface Followed {
  readonly channel: ClientChannel;
  readonly end: Promise<End>;
}

/** To be called in the very turn in which the channel is given: its exit may come with the same packet. */
export function follow(connection: Connection, channel: ClientChannel): Followed {
  return { channel, end: endOf(connection, channel) };
}

/**
 * Reads a command that has been sent to its end. Resolves with the whole output or not at all: sshd may tell the exit
 * status before the end of what was printed, so only a channel that the host itself has closed counts.
 */
export async function collect(
  entry: HostEntry,
  { channel, end }: Followed,
  options: TransportOptions,
): Promise<CommandResult> {
  const givenUp = new AbortController();
  const giveUp = (error: unknown): void => givenUp.abort(error);
  const { onStdout, signal } = options;
  const stdout =
    onStdout === undefined
      ? gather(entry, 'stdout', options.maxBytes, giveUp)
      : handOn(channel, onStdout, giveUp);
  const stderr = gather(entry, 'stderr', options.maxBytes, giveUp);
  channel.on('data', stdout.add).on('error', giveUp);
  channel.stderr.on('data', stderr.add);
  channel.end(options.stdin);
  const abort = (): void => {
    if (signal !== undefined) giveUp(aborted(entry, true, signal));
  };
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    const { wasCut, ...how } = await Promise.race([end, rejection(givenUp.signal)]);
    if (wasCut !== false) throw unreachable(entry, `was cut off in mid-command${wasCut}`, true);
    const output = Promise.all([stdout.all(), stderr.all()]);
    const [out, err] = await Promise.race([output, rejection(givenUp.signal)]);
    return { ...how, stdout: out, stderr: err };
  } catch (error) {
    channel.removeListener('data', stdout.add).resume();
    channel.close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

interface End {
  readonly exit: number | null;
  readonly signal?: string;
  /** Without an answer from the host; the rest of a sentence, or nothing to add. */
  readonly wasCut: false | string;
}

/** When the channel is closed and its stderr read. A lost connection closes its channels, too, after it was found lost. */
function endOf(connection: Connection, channel: ClientChannel): Promise<End> {
  let how: Pick<End, 'exit' | 'signal'> | undefined;
  channel.once('exit', (code: number | null, signal?: string) => {
    how = code === null && signal !== undefined ? { exit: null, signal } : { exit: code };
  });
  const closed = new Promise<End>((resolve) => {
    channel.once('close', () => {
      const wasLost = connection.isLost() || how === undefined;
      resolve({ exit: null, ...how, wasCut: wasLost ? connection.lastWords() : false });
    });
  });
  const stderrRead = new Promise<void>((resolve) => channel.stderr.once('end', resolve));
  return stderrRead.then(() => closed);
}

async function rejection(signal: AbortSignal): Promise<never> {
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  signal.throwIfAborted();
  throw new Error('a signal that was aborted is not');
}
