import { setTimeout as delay } from 'node:timers/promises';
import type { CommandResult } from '../host';
import type { HostEntry } from '../hosts-api';
import type { Transport, TransportOptions } from '../transport';
import { aborted, unreachable } from '../transport-errors';
import { startCommand } from './command';
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
  const held = new Set<Promise<unknown>>();
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
        return await runWhenAdmitted(entry, kept, held, commandLine, runOptions);
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

/**
 * A host may allow fewer sessions than usual. A command that it refuses for that has not begun: it asks again when another
 * one has ended, and a little later, as sshd lets go of a session some moments after its end.
 */
async function runWhenAdmitted(
  entry: HostEntry,
  kept: KeptConnection,
  held: Set<Promise<unknown>>,
  commandLine: string,
  options: TransportOptions,
): Promise<CommandResult> {
  const { signal } = options;
  for (let waitMs = 20; waitMs < 1000;) {
    const result = await kept.use(async (connection) => {
      const running = await startCommand(entry, connection, commandLine, options);
      return running === 'refused' ? running : during(held, running.result);
    }, signal);
    if (result !== 'refused') return result;
    if (held.size > 0) await unlessAborted(entry, signal, false, Promise.race(held));
    else {
      await unlessAborted(entry, signal, false, delay(waitMs));
      waitMs *= 2;
    }
  }
  throw unreachable(entry, 'opens no session for a command (MaxSessions in its sshd_config)', false);
}

/** Keeps it in the set until it has settled. */
function during<T>(set: Set<Promise<unknown>>, it: Promise<T>): Promise<T> {
  const settled = Promise.allSettled([it]);
  set.add(settled);
  void settled.then(() => set.delete(settled));
  return it;
}
