import { resolve } from 'node:path';
import { canonicalJson, CHAIN_START, PawlError, type Claim, type RunRecord, type Store } from '@pawl/engine';
import { openDatabase, type OpenOptions } from './open-database';
import {
  intentRecord,
  journalRow,
  object,
  requestOf,
  runRecord,
  type IntentsRow,
  type RunsRow,
} from './rows';
import { DamagedRow, guarded } from './sqlite-errors';
import { prepareStatements, type Statements } from './statements';
import { appendRows, owned, writeCommit } from './write-commit';

/**
 * Opens the checkpoint store, or makes it.
 *
 * Durable when a writing call returns: all of it, synced (WAL, synchronous=FULL). On an error or a crash: none of it. May
 * happen twice: nothing. Never: a row by somebody whose claim is not the run's; a second intent for one round of a one-shot
 * step; a changed or deleted journal row.
 * @throws PawlError `E_STORE_…`, saying what is wrong with the file and what to do
 */
export function openStore(path: string, options: OpenOptions = {}): Store {
  const location = resolve(path);
  const db = openDatabase(location, options);
  const sql = guarded(location, () => prepareStatements(db));
  const reading = <T>(act: () => T): T => guarded(location, act);
  const transaction = db.transaction((act: () => unknown) => act());
  const writing = <T>(act: () => T): T => guarded(location, () => transaction.immediate(act) as T);
  const recordOf = (row: RunsRow): RunRecord => runRecord(row, sql.claims.all(row.run));
  /** SQLite finds a run by an index, and does not ask whether its table agrees: with one byte changed there it would be none. */
  const requireWhole = (): void => {
    const found: unknown = db.pragma('integrity_check(1)', { simple: true });
    if (found !== 'ok') throw new DamagedRow(String(found));
  };
  const noRun = (run: string): PawlError => {
    requireWhole();
    return new PawlError('E_NO_RUN', `there is no run ${run} in ${location}`);
  };
  const must = (run: string): RunRecord => {
    const row = sql.run.get(run);
    if (row === undefined) throw noRun(run);
    return recordOf(row);
  };

  return {
    location,
    create: (made) =>
      writing(() => {
        if (sql.head.get(made.run) !== undefined) {
          throw new PawlError('E_RUN_EXISTS', `there is a run ${made.run} already`, {
            hint: 'Give another name.',
          });
        }
        const { run, machineId, machineVersion, definitionHash, definition, at, claim } = made;
        sql.insertOrigin.run({
          ...{ run, machineId, machineVersion, definitionHash, definition, at },
          choices: canonicalJson(made.choices),
        });
        const [first, ...later] = [...claim.earlier, claim.claim];
        sql.insertRun.run({
          ...{ run, at, claim: first, seq: 0, hash: CHAIN_START },
          checkpoint: canonicalJson(made.checkpoint),
        });
        writeClaim(sql, run, { ...claim, claim: first });
        // Of a rebuilt run: who held the claims before is not known any more, so whoever has found them vouches for them.
        later.reduce((expected, next) => {
          owned(sql.setClaim.run({ run, expected, claim: next, at }), run);
          writeClaim(sql, run, { ...claim, claim: next });
          return next;
        }, first);
        if (made.pauseBefore !== undefined) {
          sql.insertRequest.run({ run, kind: 'pause', by: claim.owner.who, at, before: made.pauseBefore });
        }
        const { choices } = made;
        const data = { machineId, machineVersion, definitionHash, choices, ...claimData(claim) };
        const { checkpoint } = made;
        appendRows(sql, { run, claim: claim.claim, at, checkpoint, entries: [{ kind: 'created', data }] });
        if (made.rebuilt !== undefined) writeCommit(sql, { ...made.rebuilt, run, claim: claim.claim, at });
        return must(run);
      }),
    load: (run) =>
      reading(() => {
        const row = sql.run.get(run);
        if (row !== undefined) return recordOf(row);
        requireWhole();
        return undefined;
      }),
    list: () => reading(() => sql.runs.all().map(recordOf)),
    definition: (run) =>
      reading(() => {
        const row = sql.definition.get(run);
        if (row === undefined) throw noRun(run);
        return row.definition;
      }),
    commit: (commit) => writing(() => writeCommit(sql, commit)),
    claim: (run, expected, next, how) =>
      writing(() => {
        owned(sql.setClaim.run({ run, expected, claim: next.claim, at: next.at }), run);
        writeClaim(sql, run, next);
        const data = { how, ...claimData(next) };
        appendRows(sql, { run, claim: next.claim, at: next.at, entries: [{ kind: 'claimed', data }] });
        return must(run);
      }),
    intents: (run, filter = {}) => reading(() => intentsOf(sql, run, filter).map(intentRecord)),
    fact: (run, phase, step, target) =>
      reading(() => {
        const row = sql.fact.get(run, phase, step, target);
        return row === undefined ? undefined : object(row.facts ?? '{}');
      }),
    factsOf: (run, phase, step) =>
      reading(
        () => new Map(sql.facts.all(run, phase, step).map((row) => [row.target, object(row.facts ?? '{}')])),
      ),
    journal: (run, after = 0, limit = -1) =>
      reading(() => sql.journal.all(run, after, limit).map(journalRow)),
    head: (run) =>
      reading(() => {
        const row = sql.head.get(run);
        if (row === undefined) throw noRun(run);
        return { seq: row.last_seq, hash: row.last_hash };
      }),
    request: (run, kind, by, at, before) =>
      writing(() => {
        const { changes } = sql.insertRequest.run({ run, kind, by, at, before: before ?? null });
        if (changes !== 1) throw noRun(run);
      }),
    requests: (run) => reading(() => sql.requests.all(run).map(requestOf)),
    close: () => {
      reading(() => db.close());
    },
  };
}

function intentsOf(
  sql: Statements,
  run: string,
  { open, phase, step }: NonNullable<Parameters<Store['intents']>[1]>,
): readonly IntentsRow[] {
  const wanted = (row: IntentsRow): boolean =>
    (open === undefined || (row.state === 'open') === open) && (phase === undefined || row.phase === phase);
  if (phase === undefined)
    return (open === true ? sql.openIntents.all(run) : sql.intents.all(run)).filter(wanted);
  return (
    step === undefined ? sql.phaseIntents.all(run, phase) : sql.stepIntents.all(run, phase, step)
  ).filter(wanted);
}

function writeClaim(sql: Statements, run: string, { claim, owner, at }: Claim): void {
  owned(sql.insertClaim.run({ run, claim, ...owner, at }), run);
}

function claimData({
  claim,
  owner: { who, host, pid, database },
}: Claim): Readonly<Record<string, string | number>> {
  return { claim, who, host, pid, database };
}
