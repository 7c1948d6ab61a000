import type {
  Engine,
  EngineEvent,
  JsonObject,
  Logger,
  Owners,
  RunReason,
  RunResult,
  StepPlan,
  Store,
} from '@pawl/engine';
import type { HostEntry, Hosts, Inventory, InventoryObject } from '@pawl/hosts';
import { type Finding } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';

export interface OkdMigrationOptions {
  /** Where runs are kept: `openStore` of @pawl/store, or any that passes its conformance suite. Closed by whoever opened it. */
  readonly store: Store;
  /** `processOwners` of @pawl/store. */
  readonly owners: Owners;
  /** Under it each run has a folder (0700) with its manifest and evidence. A run is only resumed where its folder is. */
  readonly runsDir: string;
  /** How a run's hosts are reached. `openHosts` of @pawl/hosts with its defaults, if left out. */
  readonly connect?: (entries: readonly HostEntry[]) => Hosts;
  readonly logger?: Logger;
  /** Aborting it pauses every run of this object at its next safe point: for a service that is told to stop. */
  readonly signal?: AbortSignal;
  /** ISO clock, for tests. */
  readonly now?: () => Date;
}

/** Which cluster is meant. */
export interface OfCluster {
  /** As `readInventory` gives it, or as plain data: `{ groups: { etcd: { hosts: … }, masters: { hosts: … } } }`. */
  readonly inventory: Inventory | InventoryObject;
}

/** What a run is made with; fixed then, so that a later call can't change it. */
export interface HowToMigrate {
  /** `remaining` if left out. */
  readonly ttl?: OkdChoices['ttl'];
  /** Where a failure before the point of no return leads; `pause` if left out. */
  readonly onFailure?: OkdChoices['onFailure'];
  /** An outage that lasts longer is such a failure. */
  readonly maxOutageSeconds?: number;
}

export interface WhileItRuns {
  /** Aborting it pauses this run at its next safe point; the call then returns `paused`. Aborted before anything began, it throws. */
  readonly signal?: AbortSignal;
  /** Each row of the run's journal once it is durable, and progress. What it throws ends the session as a crash would. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Take the run from an owner who is alive, or on another machine. Never implied. */
  readonly takeOver?: boolean;
}

export interface MigrateOptions extends OfCluster, HowToMigrate, WhileItRuns {
  /** The name of the cluster's point of no return, as `plan` gives it. Anything else, and nothing is begun. */
  readonly acceptPointOfNoReturn: string;
  /** What a new run is to be called; the next free `okd-YYYYMMDD-N` if left out. */
  readonly run?: string;
  /** A phase before which the run pauses. */
  readonly pauseBefore?: string;
}

export interface ResumeRunOptions extends WhileItRuns {
  readonly run: string;
  readonly pauseBefore?: string;
}

export interface RollBackOptions extends OfCluster, WhileItRuns {
  /** The cluster's unfinished run if left out, else the last one that was completed. */
  readonly run?: string;
  /** For the journal; wanted with `dead`. */
  readonly reason?: string;
  /** Hosts that will not come back, by name. */
  readonly dead?: readonly string[];
  /** After the point of no return: the name of the loss, as the error `E_DATA_LOSS` gives it. */
  readonly acceptDataLoss?: string;
}

export interface CheckResult {
  /** `already-completed`: all evidence says that this cluster was migrated before. */
  readonly outcome: 'ok' | 'refused' | 'already-completed';
  /** The name by which the point of no return is accepted. */
  readonly cluster: string;
  readonly hosts: readonly string[];
  /** Everything at once; a `refusal` stands in the way. */
  readonly findings: readonly Finding[];
  /** What says that it was done before; null where nothing does. */
  readonly evidence: JsonObject | null;
  readonly keys: number | null;
  readonly dataBytes: number | null;
  /** What users of the cluster will notice, a sentence each. */
  readonly notices: readonly string[];
}

export interface PlanResult extends CheckResult {
  /** What a new run would be called; folders on the hosts are named after it. */
  readonly run: string;
  /** Phases, steps, and for each host the exact commands and edits; the way back; what `cleanup` removes. */
  readonly plan: StepPlan;
}

/** How a call came to rest, as data. All of it is durable. */
export interface MigrationResult {
  readonly outcome: RunResult['outcome'] | 'already-completed' | 'already-rolled-back';
  /** Whether the run has changed anything on any host, ever; false where there was nothing left to do. */
  readonly changed: boolean;
  /** Null where no run was made, and none is known that was completed. */
  readonly run: string | null;
  readonly phase: string | null;
  readonly step: string | null;
  /** Whole seconds; up to now while it lasts; null where none has begun. */
  readonly outageSeconds: number | null;
  /** Why it is not over; with `choices` where a person decides. */
  readonly reason: RunReason | null;
  /** What the check found, where it was the check that ended the call. */
  readonly findings: readonly Finding[];
  /** At the end: what was compared, what lies where, what comes next; a sentence each. */
  readonly conclusion: readonly string[];
  /**
   * What to do next: `resume` (the same call again, or `resume`, once the reason is dealt with), `engine.decide`, `check` or `plan`;
   * null: nothing is left to do.
   */
  readonly next: 'resume' | 'decide' | 'check' | 'plan' | null;
}

/**
 * The OKD migration for other automation: an inventory in, data out. It neither speaks nor ends the process.
 *
 * What a call says is in its result, whatever became of the run; it throws where there is nothing to say about a run: a wrong
 * inventory or option (`E_INVENTORY…`, `E_USAGE`, `E_NO_SUCH_PHASE`), a run that another process drives (`E_OWNED`), an unfinished run of other hosts
 * (`E_INVENTORY_CHANGED`), another definition (`E_DEFINITION_CHANGED`), hosts that were taken over meanwhile (`E_FENCED`, `E_CLAIM_LOST`), a store that can't be used (`E_STORE_…`). A
 * throw loses nothing that was durable: call again once it is dealt with.
 */
export interface OkdMigration {
  /** Everything that can be known before touching anything. Reads only: nothing is durable, it may happen any number of times. */
  check(options: OfCluster & { readonly signal?: AbortSignal }): Promise<CheckResult>;
  /** As `check`, and what `migrate` would do, from the very functions that it runs. Reads only. */
  plan(options: OfCluster & HowToMigrate & { readonly signal?: AbortSignal }): Promise<PlanResult>;
  /**
   * Brings the cluster to v3, from wherever it stands: goes on with its unfinished run (whichever way that is under way), says
   * `already-completed`, or checks and starts one. So it may be called until `next` is null, by a cron job as well as by a person.
   *
   * Durable when it returns: what the result says. Durable before the first host is touched: the run, its choices and the
   * consent. May happen twice, after a crash: an idempotent step's change. Never: `etcdctl migrate` on one work copy, whoever
   * calls; a change before its intent is durable.
   */
  migrate(options: MigrateOptions): Promise<MigrationResult>;
  /** Goes on with one run, by its name: what a service does with each run of `engine.recover()`. Failure semantics as `migrate`. */
  resume(options: ResumeRunOptions): Promise<MigrationResult>;
  /**
   * Brings the original v2 cluster back: from its unfinished run, or from the completed one until it is cleaned up.
   * `already-rolled-back` where its last run was. A live owner on this machine is asked to pause first, and waited for.
   *
   * Durable when it returns: what the result says. May happen twice, after a crash: an idempotent step's change. Never: an
   * original written or deleted; a start of etcd before every host was put back.
   * @throws also PawlError `E_DATA_LOSS` past the point of no return (`facts` say what would be lost, and under which name), `E_NO_WAY_BACK`,
   * `E_NO_QUORUM`, `E_NO_RUN`, `E_ORIGINALS_GONE`, `E_ENDED` where a later migration or restore of these hosts stands; nothing was
   * changed then
   */
  rollback(options: RollBackOptions): Promise<MigrationResult>;
  /** For the rest: `decide`, `pause`, `status`, `runs`, `recover`, `events`, `cleanup`, `abandon`. */
  readonly engine: Engine;
}
