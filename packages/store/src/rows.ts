import { isUtf8 } from 'node:buffer';
import {
  canonicalJson,
  type Checkpoint,
  type Claim,
  type IntentRecord,
  type JournalKind,
  type JournalRow,
  type Json,
  type JsonObject,
  type Request,
  type RunRecord,
  type RunState,
} from '@pawl/engine';
import { DamagedRow } from './sqlite-errors';

/** Tables as SQLite gives them; the schema's STRICT and CHECK vouch for the types. */
export interface RunsRow {
  readonly run: string;
  readonly machine_id: string;
  readonly machine_version: string;
  readonly definition_hash: string;
  readonly choices: string;
  readonly state: RunState;
  readonly reason: string | null;
  readonly checkpoint: string;
  readonly checkpoint_seq: number;
  readonly claim: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ClaimsRow {
  readonly claim: string;
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  readonly start_time: string;
  readonly boot_id: string;
  readonly database: string;
  readonly at: string;
}

export interface IntentsRow {
  readonly id: string;
  readonly run: string;
  readonly seq: number;
  readonly phase: string;
  readonly step: string;
  readonly target: string;
  readonly attempt: number;
  readonly round: number | null;
  readonly lap: number;
  readonly state: IntentRecord['state'];
  readonly facts: string | null;
  readonly error: string | null;
  readonly due: string | null;
  readonly tries: number;
}

export interface JournalTableRow {
  readonly run: string;
  readonly seq: number;
  readonly at: string;
  readonly kind: JournalKind;
  readonly data: Buffer;
  readonly prev: string;
  readonly hash: string;
}

export interface RequestsRow {
  readonly id: number;
  readonly kind: 'pause';
  readonly by: string;
  readonly at: string;
  readonly before: string | null;
}

/** @param claims the run's, oldest first */
export function runRecord(row: RunsRow, claims: readonly ClaimsRow[]): RunRecord {
  return {
    run: row.run,
    machineId: row.machine_id,
    machineVersion: row.machine_version,
    definitionHash: row.definition_hash,
    choices: object(row.choices),
    state: row.state,
    ...(row.reason !== null && { reason: object(row.reason) }),
    checkpoint: {
      ...(object(row.checkpoint) as unknown as Omit<Checkpoint, 'seq'>),
      seq: row.checkpoint_seq,
    },
    claim: claimOf(row.claim, claims),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function intentRecord(row: IntentsRow): IntentRecord {
  const { id, run, seq, phase, step, target, attempt, lap, state, tries } = row;
  return {
    ...{ id, run, seq, phase, step, target, attempt, lap, state, tries },
    ...(row.round !== null && { round: row.round }),
    ...(row.facts !== null && { facts: object(row.facts) }),
    ...(row.error !== null && { error: object(row.error) }),
    ...(row.due !== null && { due: row.due }),
  };
}

/** What stands in the table, and no other thing that reads alike: a damaged row does not match its hash. */
export function journalRow(row: JournalTableRow): JournalRow {
  // No column of it may be NULL; a damaged page reads so.
  if (Object.values(row).includes(null))
    throw new DamagedRow('a row of the journal lacks what every row has');
  return { ...row, data: writtenJson(row.data) ?? { damaged: row.data.toString('latin1') } };
}

export function requestOf({ id, kind, by, at, before }: RequestsRow): Request {
  return { id, kind, by, at, ...(before !== null && { before }) };
}

/** @throws DamagedRow where it is no JSON */
export function object(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch (cause) {
    throw new DamagedRow('a row holds no JSON where there was some', { cause });
  }
}

/** What the store wrote: an object in canonical JSON, to the letter; undefined where it is something else now. */
function writtenJson(bytes: Buffer): JsonObject | undefined {
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes) || !text.startsWith('{')) return undefined;
  try {
    const value = object(text);
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    // No JSON, or numbers that no JSON holds.
    return undefined;
  }
}

export function textOrNull(value: Json | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function claimOf(present: string, claims: readonly ClaimsRow[]): Claim {
  const at = claims.findIndex((row) => row.claim === present);
  const row = claims[at];
  if (row === undefined) throw new DamagedRow(`claim ${present} has no row`);
  const { claim, who, host, pid, start_time: startTime, boot_id: bootId, database } = row;
  const earlier = claims.slice(0, at).map((each) => each.claim);
  return { claim, earlier, owner: { who, host, pid, startTime, bootId, database }, at: row.at };
}
