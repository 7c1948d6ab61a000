import type {
  Checkpoint,
  Claim,
  IntentRecord,
  JournalKind,
  JournalRow,
  Json,
  JsonObject,
  Request,
  RunRecord,
  RunState,
} from '@pawl/engine';

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
  readonly data: string;
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

export function journalRow(row: JournalTableRow): JournalRow {
  return { ...row, data: object(row.data) };
}

export function requestOf({ id, kind, by, at, before }: RequestsRow): Request {
  return { id, kind, by, at, ...(before !== null && { before }) };
}

export function object(text: string): JsonObject {
  return JSON.parse(text) as JsonObject;
}

export function textOrNull(value: Json | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function claimOf(present: string, claims: readonly ClaimsRow[]): Claim {
  const at = claims.findIndex((row) => row.claim === present);
  const row = claims[at];
  if (row === undefined) throw new Error(`claim ${present} has no row`);
  const { claim, who, host, pid, start_time: startTime, boot_id: bootId, database } = row;
  const earlier = claims.slice(0, at).map((each) => each.claim);
  return { claim, earlier, owner: { who, host, pid, startTime, bootId, database }, at: row.at };
}
