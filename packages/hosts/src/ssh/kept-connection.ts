import { setTimeout as delay } from 'node:timers/promises';
import { HostError } from '../host-error';
import type { HostEntry } from '../hosts-api';
import { unreachable } from '../transport-errors';
import { backoffMs } from './backoff';
import { connect } from './connect';
import type { Connection, SshOptions } from './connect';
import { unlessAborted } from './unless-aborted';

/** The one connection to a host: made when it is first needed, and made anew when it is needed after a loss. */
export interface KeptConnection {
  /**
   * Work that fails takes its connection with it, once nobody else uses it: sshd counts the session of a command that was
   * given up as long as the command runs, and ten of them would leave no room.
   * @throws as `connect`, and what `work` throws
   */
  use<T>(work: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Ends what is open; `use` refuses from now on. */
  close(): Promise<void>;
}

interface Held {
  readonly connection: Connection;
  users: number;
  isRetired: boolean;
}

export function keptConnection(entry: HostEntry, options: SshOptions): KeptConnection {
  const lifetime = new AbortController();
  const open = new Set<Connection>();
  let current: Promise<Held> | undefined;
  let failures = 0;
  let earliest = 0;

  async function make(): Promise<Held> {
    try {
      await delay(Math.max(0, earliest - performance.now()), undefined, { signal: lifetime.signal });
      const connection = await connect(entry, options, lifetime.signal);
      open.add(connection);
      void connection.lost.then(() => open.delete(connection));
      failures = 0;
      return { connection, users: 0, isRetired: false };
    } catch (error) {
      if (lifetime.signal.aborted)
        throw unreachable(entry, 'is not asked any more: its connection was closed', false);
      if (error instanceof HostError && error.code === 'E_UNREACHABLE') {
        failures += 1;
        earliest = performance.now() + backoffMs(failures);
      }
      throw error;
    }
  }

  function currentOne(): Promise<Held> {
    if (current !== undefined) return current;
    const making = make();
    current = making;
    const forget = (): void => {
      if (current === making) current = undefined;
    };
    making.then(({ connection }) => connection.lost.then(forget), forget);
    return making;
  }

  return {
    async use(work, signal) {
      const holding = currentOne();
      const held = await unlessAborted(entry, signal, false, holding);
      held.users += 1;
      try {
        return await work(held.connection);
      } catch (error) {
        held.isRetired = true;
        if (current === holding) current = undefined;
        throw error;
      } finally {
        held.users -= 1;
        if (held.isRetired && held.users === 0) held.connection.end();
      }
    },
    async close() {
      const last = current;
      lifetime.abort();
      if (last !== undefined) await Promise.allSettled([last]);
      await Promise.all([...open].map(({ lost }) => lost));
    },
  };
}
