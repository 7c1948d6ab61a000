import type { Fence, FenceOpening, GuardIdentity, JobMark } from './fence';
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
  /**
   * `local`: this very machine (`ansible_connection=local`), by child processes of whoever runs Pawl, `user` whatever it says.
   * By SSH if left out.
   */
  readonly connection?: 'ssh' | 'local';
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
  /** Only looks: needs no guard there, leaves nothing behind. @throws HostError `E_FENCE_UNREADABLE`: never taken for none */
  fence(name: string): Promise<Fence | undefined>;
  /**
   * Installs the guard, then plants or renews under the fence's lock. A run that was closed here may plant anew, if the claim
   * of its record is this one or in `earlier`. Durable when it returns. May happen twice.
   * @throws HostError `E_FENCED`: another run, or a claim that is not in `earlier`
   */
  plantFence(
    name: string,
    fence: Fence,
    earlier: readonly string[],
  ): Promise<'planted' | 'renewed' | 'already'>;
  /**
   * Leaves a record in `/var/lib/pawl/runs/RUN/closed`. Durable when it returns: the record, before the fence went.
   * @throws HostError `E_FENCED`, `E_FENCE_MISSING` (neither fence nor record), `E_JOB_RUNNING`
   */
  closeFence(name: string, run: string, claim: string, outcome: string): Promise<'closed' | 'already'>;
  /**
   * Gives a run up on this host: opens its fence by name, and leaves a record (`abandoned`) with the reason. Nobody plants for
   * this run here again. Holds stay. Durable when it returns: the record, before the fence went. May happen twice.
   * @throws HostError `E_FENCED` (another run, or a claim that somebody renewed meanwhile), `E_FENCE_MISSING` (neither fence nor
   * record), `E_JOB_RUNNING`; nothing was changed then
   */
  openFence(name: string, opening: FenceOpening): Promise<'opened' | 'already'>;
  /**
   * Takes away a fence this claim planted a moment ago, as if it had never been; the guard stays installed.
   * @throws HostError `E_FENCED`, `E_FENCE_USED` where the run has made a job
   */
  withdrawFence(name: string, run: string, claim: string): Promise<void>;
  /** The break-glass text, at `/var/lib/pawl/README`; needs the run's fence. @throws HostError `E_FENCED`, `E_FENCE_MISSING` */
  writeReadme(name: string, identity: GuardIdentity, text: string): Promise<void>;
  /** Only looks, as `fence` does. A job that can't be read is an error, never left out. */
  jobs(name: string, run: string): Promise<readonly JobMark[]>;
  /** Lets go of every connection; calls that wait end with `E_UNREACHABLE`. Nothing on a host is ended. */
  close(): Promise<void>;
}
