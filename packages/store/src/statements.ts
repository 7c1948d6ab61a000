import type { Database } from 'better-sqlite3';
import type { ClaimsRow, IntentsRow, JournalTableRow, RequestsRow, RunsRow } from './rows';

/** The condition under which anything of a run may be written: it still carries the writer's claim. */
const OWNED = 'FROM runs WHERE run = @run AND claim = @claim';
const STILL_OWNED = `AND EXISTS (SELECT 1 ${OWNED})`;
const RUN = `SELECT run, machine_id, machine_version, definition_hash, choices, state, reason, checkpoint, checkpoint_seq,
  claim, created_at, updated_at FROM runs JOIN origins USING (run)`;
const INTENT = 'id, run, seq, phase, step, target, attempt, round, lap, state, facts, error, due, tries';

export type Statements = ReturnType<typeof prepareStatements>;

/** Every statement of the store, prepared once. Each that writes names the claim in its WHERE. */
export function prepareStatements(db: Database) {
  return {
    insertOrigin: write(
      db,
      'INSERT INTO origins VALUES (@run, @machineId, @machineVersion, @definitionHash, @definition, @choices, @at)',
    ),
    insertRun: write(
      db,
      `INSERT INTO runs VALUES (@run, 'running', NULL, @checkpoint, @seq, @claim, @seq, @hash, @at)`,
    ),
    insertClaim: write(
      db,
      `INSERT INTO claims
      SELECT run, (SELECT count(*) FROM claims WHERE run = @run), @claim, @who, @host, @pid, @startTime, @bootId, @database, @at
      ${OWNED}`,
    ),
    setClaim: write(
      db,
      'UPDATE runs SET claim = @claim, updated_at = @at WHERE run = @run AND claim = @expected',
    ),
    insertRow: write(db, `INSERT INTO journal SELECT run, @seq, @at, @kind, @data, @prev, @hash ${OWNED}`),
    setHead: write(
      db,
      'UPDATE runs SET last_seq = @seq, last_hash = @hash, updated_at = @at WHERE run = @run AND claim = @claim',
    ),
    /** The chain's head, and checkpoint and state where they are given. */
    advance: write(
      db,
      `UPDATE runs SET last_seq = @seq, last_hash = @hash, updated_at = @at,
        checkpoint = coalesce(@checkpoint, checkpoint),
        checkpoint_seq = iif(@checkpoint IS NULL, checkpoint_seq, @seq),
        reason = iif(@state IS NULL, reason, @reason),
        state = coalesce(@state, state)
      WHERE run = @run AND claim = @claim`,
    ),
    openIntent: write(
      db,
      `INSERT INTO intents (${INTENT})
      SELECT @id, run, @seq, @phase, @step, @target, @attempt, @round, @lap, 'open', NULL, NULL, NULL, 0 ${OWNED}`,
    ),
    closeIntent: write(
      db,
      `UPDATE intents SET state = @state, facts = @facts, error = @error, due = @due
      WHERE run = @run AND id = @id AND state = 'open' ${STILL_OWNED}`,
    ),
    triedIntent: write(
      db,
      `UPDATE intents SET tries = @tries, due = @due
      WHERE run = @run AND id = @id AND state = 'open' ${STILL_OWNED}`,
    ),
    answerRequest: write(
      db,
      `UPDATE requests SET answered = @seq WHERE run = @run AND id = @id ${STILL_OWNED}`,
    ),
    answerRequests: write(
      db,
      `UPDATE requests SET answered = @seq
      WHERE run = @run AND answered IS NULL AND before IS NULL ${STILL_OWNED}`,
    ),
    /** The one write that needs no claim. */
    insertRequest: write(
      db,
      'INSERT INTO requests (run, kind, by, at, before) SELECT run, @kind, @by, @at, @before FROM runs WHERE run = @run',
    ),

    head: read<[string], { claim: string; last_seq: number; last_hash: string }>(
      db,
      'SELECT claim, last_seq, last_hash FROM runs WHERE run = ?',
    ),
    run: read<[string], RunsRow>(db, `${RUN} WHERE run = ?`),
    runs: read<[], RunsRow>(db, `${RUN} ORDER BY created_at, run`),
    claims: read<[string], ClaimsRow>(db, 'SELECT * FROM claims WHERE run = ? ORDER BY ordinal'),
    definition: read<[string], { definition: string }>(db, 'SELECT definition FROM origins WHERE run = ?'),
    intents: read<[string], IntentsRow>(db, `SELECT ${INTENT} FROM intents WHERE run = ? ORDER BY seq`),
    openIntents: read<[string], IntentsRow>(
      db,
      `SELECT ${INTENT} FROM intents WHERE run = ? AND state = 'open' ORDER BY seq`,
    ),
    phaseIntents: read<[string, string], IntentsRow>(
      db,
      `SELECT ${INTENT} FROM intents WHERE run = ? AND phase = ? ORDER BY seq`,
    ),
    stepIntents: read<[string, string, string], IntentsRow>(
      db,
      `SELECT ${INTENT} FROM intents WHERE run = ? AND phase = ? AND step = ? ORDER BY seq`,
    ),
    fact: read<[string, string, string, string], { facts: string | null }>(
      db,
      `SELECT facts FROM intents WHERE run = ? AND phase = ? AND step = ? AND target = ? AND state = 'succeeded'
       ORDER BY seq DESC LIMIT 1`,
    ),
    facts: read<[string, string, string], { target: string; facts: string | null }>(
      db,
      `SELECT target, facts FROM intents WHERE run = ? AND phase = ? AND step = ? AND state = 'succeeded' ORDER BY seq`,
    ),
    journal: read<[string, number, number], JournalTableRow>(
      db,
      // As bytes: what is no text any more is not to be read as some other text.
      'SELECT run, seq, at, kind, CAST(data AS BLOB) AS data, prev, hash FROM journal WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?',
    ),
    requests: read<[string], RequestsRow>(
      db,
      'SELECT id, kind, by, at, before FROM requests WHERE run = ? AND answered IS NULL ORDER BY id',
    ),
  };
}

type Row = Readonly<Record<string, string | number | null>>;

interface Writer {
  run(row: Row): { readonly changes: number };
}
interface Reader<P extends unknown[], R> {
  get(...params: P): R | undefined;
  all(...params: P): R[];
}

function write(db: Database, sql: string): Writer {
  return db.prepare<[Row]>(sql);
}

function read<P extends unknown[], R>(db: Database, sql: string): Reader<P, R> {
  return db.prepare<P, R>(sql);
}
