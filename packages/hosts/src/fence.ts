/** What stands on a host while a run holds it: `/var/lib/pawl/fence`, root, 0600 in 0700. */
export interface Fence {
  readonly run: string;
  readonly claim: string;
  /** `who@where` */
  readonly owner: string;
  /** Path of the controller's database. */
  readonly database: string;
  /** RFC 3339, UTC. */
  readonly since: string;
  readonly phase: string;
}

/** A fence opened by name, by somebody who does not drive the run. */
export interface FenceOpening {
  readonly run: string;
  /** The claim that was read from this very fence: one that has changed since is not opened. */
  readonly claim: string;
  /** `who@where` */
  readonly by: string;
  /** One line. */
  readonly reason: string;
}

/** Which run, owner and intent a guarded change is made for. */
export interface GuardIdentity {
  readonly run: string;
  readonly claim: string;
  readonly phase: string;
  /** The intent's id: the job's name. */
  readonly intent: string;
  /** Canonical JSON of machine, version, choices, intent, and where the run stands: kept in the job, so that the run can be rebuilt. */
  readonly intentJson: string;
}

export interface JobMark {
  readonly intent: string;
  readonly state: 'prepared' | 'running' | 'exited' | 'lost';
  readonly exit?: number;
  readonly once?: string;
}
