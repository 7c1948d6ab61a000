import type { Json, JournalRow, RunStatus } from '@pawl/engine';
import type { CliMachine } from './machines';
import { outageSeconds } from './outage';
import { offeredChoices, type OfferedChoice } from './offered-choices';
import { reasonView, type ReasonView } from './reason-view';
import type { Place } from './state-dir';

/** Where a run stands, as data: what `status --json` prints. */
export interface StatusView {
  readonly run: string;
  readonly title: string;
  readonly machine: string;
  readonly machineVersion: string;
  readonly state: RunStatus['state'];
  readonly direction: RunStatus['direction'];
  readonly changed: boolean;
  readonly phase: string;
  readonly step: string | null;
  readonly reason: ReasonView | null;
  readonly choices: readonly OfferedChoice[];
  readonly outage: {
    readonly startedAt: string | null;
    readonly endedAt: string | null;
    readonly seconds: number | null;
  };
  readonly openIntents: RunStatus['openIntents'];
  readonly owner: { readonly who: string; readonly pid: number; readonly since: string };
  readonly database: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly checkpoint: CheckpointView | null;
  /** Of a run whose database was lost: when, and from what, it was rebuilt. */
  readonly rebuilt: RebuiltView | null;
  /** Of a run that has ended: what was done, a sentence each. */
  readonly conclusion: readonly string[];
  readonly next: string | null;
  /** Where the run can go on or go back: the command that goes back. */
  readonly otherwise: string | null;
}

export interface CheckpointView {
  readonly stateValue: unknown;
  readonly seq: number;
  readonly claim: string;
  readonly earlierClaims: number;
  readonly definitionHash: string;
}

export interface RebuiltView {
  /** RFC 3339. */
  readonly at: string;
  readonly hosts: readonly string[];
  /** The last job that they knew, and on which of them. */
  readonly lastJob: string;
  readonly on: string;
  /** Rows of the lost journal that no host knows of. */
  readonly rowsLost: number;
}

export interface StatusParts {
  readonly status: RunStatus;
  readonly rows: readonly JournalRow[];
  readonly changed: boolean;
  /** Undefined where this release no longer knows the machine. */
  readonly machine: CliMachine | undefined;
  readonly place: Place;
  readonly now: Date;
  readonly withCheckpoint: boolean;
  readonly conclusion: readonly string[];
  readonly next: string | null;
  readonly otherwise: string | null;
}

export function statusView(parts: StatusParts): StatusView {
  const { status, rows, machine, now } = parts;
  const { record, reason } = status;
  const outage = machine?.machine === undefined ? {} : machine.outage(rows);
  return {
    run: record.run,
    title: machine?.title ?? record.machineId,
    machine: record.machineId,
    machineVersion: record.machineVersion,
    state: status.state,
    direction: status.direction,
    changed: parts.changed,
    phase: status.phase,
    step: status.step ?? null,
    reason: reasonView(reason),
    choices: offeredChoices({ run: record.run, state: status.state }, reason, parts.place),
    outage: {
      startedAt: outage.startedAt ?? null,
      endedAt: outage.endedAt ?? null,
      seconds: outageSeconds(outage, now),
    },
    openIntents: status.openIntents,
    owner: { who: ownerName(record.claim.owner), pid: record.claim.owner.pid, since: record.claim.at },
    database: parts.place.database,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    checkpoint: parts.withCheckpoint
      ? {
          stateValue: status.stateValue,
          seq: record.checkpoint.seq,
          claim: record.claim.claim,
          earlierClaims: record.claim.earlier.length,
          definitionHash: record.definitionHash,
        }
      : null,
    rebuilt: rebuiltFrom(rows),
    conclusion: parts.conclusion,
    next: parts.next,
    otherwise: parts.otherwise,
  };
}

function rebuiltFrom(rows: readonly JournalRow[]): RebuiltView | null {
  const row = rows.findLast(({ kind }) => kind === 'rebuilt');
  if (row === undefined) return null;
  const { hosts, last, on, lost } = row.data;
  return {
    at: row.at,
    hosts: Array.isArray(hosts) ? hosts.map(String) : [],
    lastJob: textOf(last),
    on: textOf(on),
    rowsLost: Number(lost),
  };
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function ownerName(owner: { readonly who: string; readonly host: string }): string {
  return owner.who.includes('@') ? owner.who : `${owner.who}@${owner.host}`;
}
