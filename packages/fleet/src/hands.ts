import type { Fence, GuardedHost, JobMark, ReadHost } from '@pawl/hosts';

/** What a reading step, a probe, `check` and `plan` work with. Nothing in it can change anything. */
export interface ReadHands {
  /** Any host of the run, to be looked at. */
  on(host: string): ReadHost;
  /** The controller's directory for this run (0700), beside the database: manifests and evidence, read here. */
  readonly runDir: string;
  /** The fence that stands on a host now, whoever's it is. */
  fence(host: string): Promise<Fence | undefined>;
  /** The marks of every job of a run on a host (this run if left out): what a probe decides by. */
  jobs(host: string, run?: string): Promise<readonly JobMark[]>;
  /** What an ended job printed. @throws HostError `E_NO_JOB` */
  jobOutput(
    host: string,
    intent: string,
  ): Promise<{ readonly exit: number | null; readonly stdout: string; readonly stderr: string }>;
  /** The records that closed runs left on a host. */
  closedRuns(host: string): Promise<readonly ClosedRecord[]>;
}

export interface ClosedRecord {
  readonly run: string;
  readonly outcome: string;
  /** `who@where` */
  readonly owner?: string;
  /** RFC 3339. */
  readonly at?: string;
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
  /**
   * Leaves a record on each host, then takes its fence away. Durable when it returns: every record; on an error, those of the hosts that
   * were reached. May happen twice: what is closed stays closed. Never: a fence without its record gone.
   * @throws HostError `E_FENCED`, `E_FENCE_MISSING`, `E_JOB_RUNNING`
   */
  close(hosts: readonly string[], outcome: string): Promise<void>;
}
