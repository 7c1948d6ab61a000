import type { CommandResult } from '../host';
import type { HostEntry } from '../hosts-api';
import type { Transport, TransportOptions } from '../transport';
import { aborted, unreachable } from '../transport-errors';
import { runCommand } from './command';
import type { SshOptions } from './connect';
import { keptConnection } from './kept-connection';
import type { KeptConnection } from './kept-connection';
import { turns } from './turns';
import { unlessAborted } from './unless-aborted';

/** sshd allows ten on one connection unless told otherwise (MaxSessions). */
const channelsAtMost = 8;

/**
 * Commands over one kept SSH connection. Nothing is opened before the first one. A command that was cut off is never sent
 * again from here; the next one gets a new connection, after a failed attempt only when a growing while has passed.
 */
export function sshTransport(entry: HostEntry, options: SshOptions = {}): Transport {
  const kept = keptConnection(entry, options);
  const lifetime = new AbortController();
  const channels = turns(channelsAtMost);
  const running = new Set<Promise<unknown>>();
  return {
    async run(commandLine, runOptions) {
      const { signal } = runOptions;
      const giveBack = await channels.take(
        AbortSignal.any(signal === undefined ? [lifetime.signal] : [lifetime.signal, signal]),
      );
      if (giveBack === undefined) {
        throw signal?.aborted === true
          ? aborted(entry, false, signal)
          : unreachable(entry, 'is closed', false);
      }
      try {
        return await runWhenAdmitted(entry, kept, running, commandLine, runOptions);
      } finally {
        giveBack();
      }
    },
    async close() {
      lifetime.abort();
      await kept.close();
    },
  };
}

/** A host may allow fewer sessions than usual: a command that it refuses has not begun, and waits for another to end. */
async function runWhenAdmitted(
  entry: HostEntry,
  kept: KeptConnection,
  running: Set<Promise<unknown>>,
  commandLine: string,
  options: TransportOptions,
): Promise<CommandResult> {
  for (;;) {
    const attempt = kept.use(
      (connection) => runCommand(entry, connection, commandLine, options),
      options.signal,
    );
    const settled = Promise.allSettled([attempt]);
    running.add(settled);
    try {
      const result = await attempt;
      if (result !== 'refused') return result;
    } finally {
      running.delete(settled);
    }
    if (running.size === 0) {
      throw unreachable(entry, 'opens no session for a command (MaxSessions in its sshd_config)', false);
    }
    await unlessAborted(entry, options.signal, false, Promise.race(running));
  }
}
