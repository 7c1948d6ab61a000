import { userInfo } from 'node:os';
import type { GuardedHost, ReadHost } from './host';
import { HostError } from './host-error';
import { type AsRoot, asRoot } from './guard/as-root';
import { closeFence, openFence, plantFence, withdrawFence, writeReadme } from './guard/fence-verbs';
import { guardedHost } from './guard/guarded-host';
import { readFence } from './guard/read-fence';
import { readJobs } from './guard/read-jobs';
import type { HostEntry, Hosts, HostsOptions } from './hosts-api';
import { readingHost } from './read-host';
import { localTransport } from './local-transport';
import { sshTransport } from './ssh';
import type { Transport } from './transport';

interface Reached {
  readonly transport: Transport;
  readonly read: ReadHost;
  readonly root: AsRoot;
}

/**
 * The hosts of a run. Nothing happens before the first call: a connection is made when its host is first asked something.
 * `transportFor` says how a host is reached; as its entry says, if left out.
 */
export function openHosts(
  options: HostsOptions,
  transportFor: (entry: HostEntry) => Transport = (entry) =>
    entry.connection === 'local' ? localTransport() : sshTransport(entry, options),
): Hosts {
  const entries = new Map(options.entries.map((entry) => [entry.name, asWhoRunsUs(entry)]));
  const reached = new Map<string, Reached>();
  const closing = new AbortController();
  const reach = (name: string): Reached => {
    const known = reached.get(name);
    if (known !== undefined) return known;
    const entry = entries.get(name);
    if (entry === undefined) throw noSuchHost(name, [...entries.keys()]);
    const transport = transportFor(entry);
    const host = {
      transport,
      read: readingHost(entry, transport),
      root: asRoot(entry, transport, closing.signal),
    };
    reached.set(name, host);
    return host;
  };
  return {
    names: options.entries.map(({ name }) => name),
    reading: (name) => reach(name).read,
    guarded(name, identity, faultPoint): GuardedHost {
      const { read, root } = reach(name);
      return guardedHost(read, root, identity, faultPoint);
    },
    fence: async (name) => readFence(reach(name).read),
    plantFence: async (name, fence, earlier) => plantFence(reach(name).root, fence, earlier),
    closeFence: async (name, run, claim, outcome) => closeFence(reach(name).root, run, claim, outcome),
    openFence: async (name, opening) => openFence(reach(name).root, opening),
    withdrawFence: async (name, run, claim) => withdrawFence(reach(name).root, run, claim),
    writeReadme: async (name, identity, text) => writeReadme(reach(name).root, identity, text),
    jobs: async (name, run) => readJobs(reach(name).read, run),
    async close() {
      closing.abort();
      const transports = [...reached.values()].map(({ transport }) => transport);
      reached.clear();
      await Promise.all(transports.map((transport) => transport.close()));
    },
  };
}

/** A run that one user began may be gone on with by another: on this machine, commands run as the one who is here now. */
function asWhoRunsUs(entry: HostEntry): HostEntry {
  if (entry.connection !== 'local') return entry;
  const user = userInfo().username;
  return { ...entry, user, become: user !== 'root' };
}

function noSuchHost(name: string, known: readonly string[]): HostError {
  return new HostError('E_NO_HOST', `there is no host '${name}' among the run's hosts`, {
    facts: { known },
    hint: 'A step names a host that the inventory does not have.',
  });
}
