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
  /** `[HOST:]DIR`, a host of `[etcd]` (the first that is not dead) and an absolute path: the backup that a restore takes. */
  readonly from?: string;
  /** An absolute path on the same host: where a v3 database is taken from that never held data. */
  readonly dbFrom?: string;
  /** Hosts that are gone for good, and why. */
  readonly hostDead?: readonly string[];
  readonly reason?: string;
  /** The backups that are to be proven. */
  readonly backups?: readonly BackupPlace[];
  /** sha256 of the manifest of the run that made them, where there is one. */
  readonly manifestDigest?: string | null;
}

/** Where a backup lies. */
export interface BackupPlace {
  /** As the inventory calls it. */
  readonly host: string;
  /** Absolute. */
  readonly path: string;
}

export interface BackupsOfRun {
  /** Best first. */
  readonly backups: readonly BackupPlace[];
  readonly manifestDigest: string | null;
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
 * machine has them, are shown in the plan. A machine that restores or checks backups keeps what it was told in `choices.from`
 * and `choices.backups` (places), `choices.dbFrom`, `choices.gone` (the dead hosts), `choices.reason` and `choices.manifestDigest`.
 */
export interface CliMachine {
  readonly id: string;
  readonly title: string;
  /** Runs are called `PREFIX-YYYYMMDD-N`. */
  readonly runPrefix: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- machines differ in their choices; the CLI only hands them back
  readonly machine: Machine<any, ReadHands, WorkHands>;
  /** The machine whose operation this one takes back by a backup: it is begun by `rollback`, never by `run`. */
  readonly restores?: string;
  /** The machine whose backups this one proves: it is begun by `check --backups`, and changes nothing that anybody uses. */
  readonly checksBackupsOf?: string;
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
  /** What becomes of a host that a way back leaves out (`--host-dead`): whether it is held, and what that means. */
  leftBehind?(choices: JsonObject, facts: Facts, host: string): string;
  /** The way back by hand, without Pawl: what `plan --rollback --script` prints. */
  breakGlass?(run: string, choices: JsonObject, facts: Facts): string;
  /** What a run has left behind, with its size; hosts that are dead are not asked. Reads only. */
  leftovers?(
    choices: JsonObject,
    facts: Facts,
    hands: ReadHands,
    of: { readonly run: string; readonly dead: readonly string[] },
  ): Promise<readonly Leftover[]>;
  /** Where the backups of a run lie, the first etcd host's first; and the digest of its manifest where the run has one. */
  backupsOf?(choices: JsonObject, facts: Facts, run: string): BackupsOfRun;
  /**
   * Etcd hosts on which what this run set aside is no longer there although the way back would need it; those that are dead are not
   * asked. Reads only.
   */
  originalsGone?(
    choices: JsonObject,
    facts: Facts,
    hands: ReadHands,
    of: { readonly run: string; readonly dead: readonly string[] },
  ): Promise<readonly BackupPlace[]>;
  /** What a completed run of a machine that checks has found. A `refusal` is a backup that does not restore. */
  findings?(choices: JsonObject, facts: Facts): readonly CheckFinding[];
  /** The outage clock, from the journal alone. */
  outage(rows: readonly JournalRow[]): Outage;
}
