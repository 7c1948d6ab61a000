import type { Fence, GuardIdentity, JobMark } from './fence';
import type { GuardedHost, ReadHost } from './host';

/** Where and how a host is reached. Plain data: it is kept with the run's choices. */
export interface HostEntry {
  /** inventory_hostname */
  readonly name: string;
  /** ansible_host, else the name */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** sudo -n for everything; false where user is root */
  readonly become: boolean;
  readonly privateKeyFile?: string;
}

export interface HostsOptions {
  readonly entries: readonly HostEntry[];
  /** known_hosts files; `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts` if left out. */
  readonly knownHosts?: readonly string[];
  /** SSH_AUTH_SOCK, if an agent is to be asked. */
  readonly agent?: string;
}

/**
 * All hosts of a run, reached over one kept connection each. Opened lazily; nothing happens before the first call.
 * Everything that can change a host goes through `guarded` or the fence verbs here.
 */
export interface Hosts {
  readonly names: readonly string[];
  reading(name: string): ReadHost;
  /** `faultPoint` gets `host:before`, `host:during` (the job is started), `host:after`. */
  guarded(name: string, identity: GuardIdentity, faultPoint: (boundary: string) => void): GuardedHost;
  fence(name: string): Promise<Fence | undefined>;
  /** Installs the guard, then plants or renews under the fence's lock. @throws HostError `E_FENCED`: another run, or a claim not in `earlier` */
  plantFence(name: string, fence: Fence, earlier: readonly string[]): Promise<'planted' | 'renewed' | 'already'>;
  /** Leaves a record in `/var/lib/pawl/runs/RUN/closed`. @throws `E_FENCED` */
  closeFence(name: string, run: string, claim: string, outcome: string): Promise<'closed' | 'already'>;
  /** Takes away a fence this claim planted a moment ago, as if it had never been. */
  withdrawFence(name: string, run: string, claim: string): Promise<void>;
  /** The break-glass text, at `/var/lib/pawl/README`; needs the run's fence. */
  writeReadme(name: string, identity: GuardIdentity, text: string): Promise<void>;
  jobs(name: string, run: string): Promise<readonly JobMark[]>;
  close(): Promise<void>;
}
