import type { GuardedHost, ReadHost } from '@pawl/hosts';

/** What a reading step, a probe, `check` and `plan` work with. Nothing in it can change anything. */
export interface ReadHands {
  /** Any host of the run, to be looked at. */
  on(host: string): ReadHost;
  /** The controller's directory for this run (0700), beside the database: manifests and evidence, read here. */
  readonly runDir: string;
}

/** What an effect works with: its target's guarded host, and a look at all others. */
export interface WorkHands extends ReadHands {
  /** The step's target. Throws where the step has none. */
  readonly host: GuardedHost;
  readonly fences: Fences;
}

/** The fences of the run's hosts, for the steps that plant and close them. */
export interface Fences {
  /**
   * Plants them in the order given. A host that refuses stops it, and the ones planted by this call are withdrawn.
   * Durable when it returns: every fence. May happen twice: planting an own fence again changes nothing.
   * @throws PawlError `E_FENCED`
   */
  plant(hosts: readonly string[], readme: (host: string) => string): Promise<void>;
  close(hosts: readonly string[], outcome: string): Promise<void>;
}
