import type { ClientChannel } from 'ssh2';
import type { CommandResult } from '../host';
import type { HostEntry } from '../hosts-api';
import type { TransportOptions } from '../transport';
import { unreachable } from '../transport-errors';
import { collect, follow, type Followed } from './collect';
import type { Connection } from './connect';
import { unlessAborted } from './unless-aborted';

/**
 * Sends one command line in a channel of its own, and follows it to its end. `'refused'`: the host opens no more channels on
 * this connection, and the command has not begun.
 * @throws HostError `E_UNREACHABLE`; once the line is on its way with `facts.began` true, as nobody can tell how far it came
 */
export async function startCommand(
  entry: HostEntry,
  connection: Connection,
  commandLine: string,
  options: TransportOptions,
): Promise<{ readonly result: Promise<CommandResult> } | 'refused'> {
  if (connection.isLost()) throw unreachable(entry, 'was cut off before the command was sent', false);
  options.onBegin?.();
  const channel = await unlessAborted(
    entry,
    options.signal,
    true,
    openChannel(entry, connection, commandLine),
  );
  return channel === 'refused' ? channel : { result: collect(entry, channel, options) };
}

function openChannel(
  entry: HostEntry,
  connection: Connection,
  commandLine: string,
): Promise<Followed | 'refused'> {
  return new Promise((resolve, reject) => {
    const answer = (error: (Error & { reason?: unknown }) | undefined, channel: ClientChannel): void => {
      // Followed from here on, not a promise later: a short command's whole end can lie in the packet being read.
      if (error === undefined) resolve(follow(connection, channel));
      else if (typeof error.reason === 'number') resolve('refused');
      else reject(unreachable(entry, `didn't confirm the command: ${error.message}`, true, error));
    };
    try {
      connection.client.exec(commandLine, answer);
    } catch (error) {
      // ssh2 throws before it sends anything, and only then.
      reject(unreachable(entry, 'was cut off before the command was sent', false, error));
    }
  });
}
