import { canonicalJson, hashRow, PawlError, type Commit, type JournalRow } from '@pawl/engine';
import { textOrNull } from './rows';
import { sqliteCode } from './sqlite-errors';
import type { Statements } from './statements';

/**
 * Writes one commit; called inside a transaction, so that all of it stands or none.
 * @throws PawlError `E_CLAIM_LOST`, `E_ONE_SHOT_AGAIN`, `E_INTENT`
 */
export function writeCommit(sql: Statements, commit: Commit): readonly JournalRow[] {
  const { run, claim } = commit;
  const rows = appendRows(sql, commit);
  for (const intent of commit.open ?? []) {
    const { id, phase, step, target, attempt, round = null, lap = 0 } = intent;
    refuseMisnumbered(intent, rows);
    try {
      owned(
        sql.openIntent.run({ run, claim, id, seq: intent.seq, phase, step, target, attempt, round, lap }),
        run,
      );
    } catch (error) {
      throw oneShotAgain(error, intent);
    }
  }
  for (const { id, state, facts, error, due = null } of commit.close ?? []) {
    const row = { run, claim, id, state, facts: textOrNull(facts), error: textOrNull(error), due };
    wasOpen(sql.closeIntent.run(row), run, id);
  }
  for (const { id, tries, due = null } of commit.tried ?? []) {
    wasOpen(sql.triedIntent.run({ run, claim, id, tries, due }), run, id);
  }
  answer(sql, commit, rows);
  return rows;
}

/** Rows to append, and what becomes of the run's own row with them. */
export type Append = Pick<Commit, 'run' | 'claim' | 'at' | 'entries' | 'checkpoint' | 'state' | 'reason'>;

/** Appends to the chain and moves the run on: its head, and checkpoint and state where given. @throws PawlError `E_CLAIM_LOST`, `E_NO_RUN` */
export function appendRows(sql: Statements, append: Append): readonly JournalRow[] {
  const { run, claim, at, entries, checkpoint, state = null } = append;
  const head = sql.head.get(run);
  if (head === undefined) throw new PawlError('E_NO_RUN', `there is no run ${run} in this database`);
  if (head.claim !== claim) throw claimLost(run);
  let { last_seq: seq, last_hash: prev } = head;
  const rows = entries.map(({ kind, data }) => {
    seq += 1;
    const text = canonicalJson(data);
    const unsigned = { run, seq, at, kind, data, prev };
    const row: JournalRow = { ...unsigned, hash: hashRow(unsigned, text) };
    owned(sql.insertRow.run({ ...row, claim, data: text }), run);
    prev = row.hash;
    return row;
  });
  const end = { run, claim, at, seq, hash: prev };
  owned(
    checkpoint === undefined && state === null
      ? sql.setHead.run(end)
      : sql.advance.run({
          ...end,
          state,
          checkpoint: checkpoint === undefined ? null : canonicalJson(checkpoint),
          reason: textOrNull(append.reason),
        }),
    run,
  );
  return rows;
}

function answer(
  sql: Statements,
  { run, claim, answers = [], entries }: Commit,
  rows: readonly JournalRow[],
): void {
  if (answers.length === 0 && entries.length === 0) return;
  const seq = rows.at(-1)?.seq ?? sql.head.get(run)?.last_seq ?? 0;
  for (const id of answers) sql.answerRequest.run({ run, claim, seq, id });
  if (entries.some((entry) => entry.kind === 'paused')) sql.answerRequests.run({ run, claim, seq });
}

/** Nothing was written: the claim in the WHERE was not the run's. */
export function owned(result: { readonly changes: number }, run: string): void {
  if (result.changes !== 1) throw claimLost(run);
}

function claimLost(run: string): PawlError {
  return new PawlError('E_CLAIM_LOST', `run ${run} has been taken over: this process no longer owns it`, {
    hint: 'Nothing was written. Ask status who drives it now.',
  });
}

function wasOpen(result: { readonly changes: number }, run: string, id: string): void {
  if (result.changes === 1) return;
  throw new PawlError('E_INTENT', `intent ${id} of run ${run} is not open`, {
    hint: 'An outcome is written once. This is a fault of the engine: report it with the journal.',
  });
}

function refuseMisnumbered(
  intent: { readonly id: string; readonly seq: number },
  rows: readonly JournalRow[],
): void {
  const row = rows.find((each) => each.seq === intent.seq);
  if (row?.kind === 'intent' && row.data['intent'] === intent.id) return;
  throw new PawlError('E_INTENT', `intent ${intent.id} has no row of its own in its commit`, {
    hint: 'This is a fault of the engine: report it with the journal.',
  });
}

function oneShotAgain(
  error: unknown,
  intent: { readonly phase: string; readonly step: string; readonly round?: number },
): unknown {
  if (sqliteCode(error) !== 'SQLITE_CONSTRAINT_UNIQUE') return error;
  return new PawlError(
    'E_ONE_SHOT_AGAIN',
    `${intent.phase}/${intent.step} already has an intent for round ${String(intent.round)}`,
    { hint: 'It never happens twice to one thing. Nothing was written.', cause: error },
  );
}
