import type { Facts, JournalRow, JsonObject, Machine } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import type { HostEntry, Inventory } from '@pawl/hosts';

/** What the operator chose by flags, as given. */
export interface MachineFlags {
  readonly acceptPointOfNoReturn?: string;
  readonly ttl?: string;
  readonly onFailure?: string;
  /** `90s`, `15m`, `1h` */
  readonly maxOutage?: string;
}

/** One thing that a check found. A `refusal` stands in the way, a `warning` is worth knowing. */
export interface CheckFinding {
  readonly code: string;
  readonly level: 'refusal' | 'warning' | 'ok';
  readonly host?: string | null;
  readonly message: string;
  readonly hint?: string | null;
  readonly facts?: JsonObject | null;
}

/** By `'phase/step'`, then by target. */
export type CheckFacts = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

export interface CheckReport {
  /** Every finding at once. */
  readonly findings: readonly CheckFinding[];
  readonly facts: CheckFacts;
  /** The world says that it was done before; `agrees`: all evidence points the same way. */
  readonly alreadyCompleted?: { readonly agrees: boolean; readonly evidence: JsonObject };
}

export interface Summary {
  readonly dataBytes?: number;
  readonly keys?: number;
  /** What users of the cluster will notice, one sentence each. */
  readonly notices: readonly string[];
}

export interface Outage {
  /** RFC 3339. */
  readonly startedAt?: string;
  readonly endedAt?: string;
}

/** Something that a run has set aside and left behind, on one host. */
export interface Leftover {
  /** The word for `--remove`. */
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly bytes: number;
  readonly what: string;
  /** Nowhere else on this host is what was there before the run. */
  readonly onlyV2?: boolean;
}

/**
 * What the command line has to know of a machine: how an inventory becomes choices, and which headline figures are worth
 * showing. Another operation is one more of these in the list. The hosts of a run stand in its choices, one list a role
 * (`choices.etcd`, `choices.masters`), so that a changed inventory is noticed; `choices.maxOutageSeconds` and `choices.ttl`, where a
 * machine has them, are shown in the plan.
 */
export interface CliMachine {
  readonly id: string;
  readonly title: string;
  /** Runs are called `PREFIX-YYYYMMDD-N`. */
  readonly runPrefix: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- machines differ in their choices; the CLI only hands them back
  readonly machine: Machine<any, ReadHands, WorkHands>;
  /** The steps (`'phase/step'`) whose facts say where fences were planted, and where they were closed. */
  readonly plantedBy: string;
  readonly closedBy?: readonly string[];
  /** @throws PawlError `E_USAGE` (a flag's value), `E_INVENTORY` */
  choices(inventory: Inventory, flags: MachineFlags): JsonObject;
  /** The name that is accepted by flag or typed before anything is touched. */
  pointOfNoReturnName(choices: JsonObject): string;
  hostsOf(choices: JsonObject): readonly HostEntry[];
  /** Read-only. */
  check(choices: JsonObject, hands: ReadHands, signal?: AbortSignal): Promise<CheckReport>;
  summary(choices: JsonObject, facts: CheckFacts): Summary;
  /** Runs that have left anything on the hosts, as the check found it: their names are not given again. */
  runsOnHosts?(facts: CheckFacts): readonly string[];
  /** What a person is told at the end of a run, a sentence each: what was compared, what lies where. */
  conclusion?(choices: JsonObject, facts: Facts, outcome?: 'completed' | 'rolled-back'): readonly string[];
  /** The way back by hand, without Pawl: what `plan --rollback --script` prints. */
  breakGlass?(run: string, choices: JsonObject, facts: Facts): string;
  /** What a run has left behind, with its size. Reads only. */
  leftovers?(choices: JsonObject, facts: Facts, hands: ReadHands, run: string): Promise<readonly Leftover[]>;
  /** The outage clock, from the journal alone. */
  outage(rows: readonly JournalRow[]): Outage;
}
