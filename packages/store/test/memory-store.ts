import {
  CHAIN_START,
  hashRow,
  PawlError,
  type Claim,
  type Commit,
  type IntentRecord,
  type JournalEntry,
  type JournalRow,
  type Request,
  type RunRecord,
  type Store,
} from '@pawl/engine';

/** Runs as text, so that no two handles ever share an object. */
export interface MemoryDatabase {
  readonly runs: Map<string, string>;
  requests: number;
}

interface MemoryRun {
  record: RunRecord;
  readonly definition: string;
  readonly rows: JournalRow[];
  intents: IntentRecord[];
  requests: Request[];
}

/** A second store, as small as the contract lets it be: for tests of the conformance suite, and as an example of it. */
export function memoryStore(db: MemoryDatabase): Store {
  const find = (run: string): MemoryRun | undefined => {
    const text = db.runs.get(run);
    return text === undefined ? undefined : (JSON.parse(text) as MemoryRun);
  };
  const must = (run: string): MemoryRun => {
    const found = find(run);
    if (found === undefined) throw new PawlError('E_NO_RUN', `there is no run ${run}`);
    return found;
  };
  /** The transaction: what `act` throws leaves the text as it was. */
  const change = <T>(run: string, act: (it: MemoryRun) => T): T => {
    const it = must(run);
    const result = act(it);
    db.runs.set(run, JSON.stringify(it));
    return JSON.parse(JSON.stringify(result ?? null)) as T;
  };
  const ask = (it: MemoryRun, asked: Omit<Request, 'id'>): void => {
    db.requests += 1;
    it.requests.push({ ...asked, id: db.requests });
  };
  const succeeded = (run: string, phase: string, step: string): readonly IntentRecord[] =>
    (find(run)?.intents ?? []).filter(
      (each) => each.state === 'succeeded' && each.phase === phase && each.step === step,
    );

  return {
    location: 'memory',
    create(made) {
      if (db.runs.has(made.run)) throw new PawlError('E_RUN_EXISTS', `there is a run ${made.run} already`);
      const { definition, pauseBefore, at, checkpoint, rebuilt, ...rest } = made;
      const { machineId, machineVersion, definitionHash, choices, claim } = made;
      const record: RunRecord = {
        ...rest,
        ...{ state: 'running', checkpoint: { ...checkpoint, seq: 1 }, createdAt: at, updatedAt: at },
      };
      const it: MemoryRun = { record, definition, rows: [], intents: [], requests: [] };
      if (pauseBefore !== undefined) {
        ask(it, { kind: 'pause', by: claim.owner.who, at, before: pauseBefore });
      }
      const data = { machineId, machineVersion, definitionHash, choices, claim: claim.claim };
      append(it, at, [{ kind: 'created', data }]);
      if (rebuilt !== undefined) writeCommit(it, { ...rebuilt, run: made.run, claim: claim.claim, at });
      db.runs.set(made.run, JSON.stringify(it));
      return must(made.run).record;
    },
    load: (run) => find(run)?.record,
    list: () => [...db.runs.keys()].map((run) => must(run).record),
    definition: (run) => must(run).definition,
    commit: (commit) => change(commit.run, (it) => writeCommit(it, commit)),
    claim: (run, expected, next, how) =>
      change(run, (it) => {
        owned(it, expected);
        it.record = { ...it.record, claim: next };
        append(it, next.at, [{ kind: 'claimed', data: { how, claim: next.claim } }]);
        return it.record;
      }),
    intents: (run, { open, phase, step } = {}) =>
      (find(run)?.intents ?? []).filter(
        (each) =>
          (open === undefined || (each.state === 'open') === open) &&
          (phase === undefined || (each.phase === phase && (step === undefined || each.step === step))),
      ),
    fact(run, phase, step, target) {
      const last = succeeded(run, phase, step).findLast((each) => each.target === target);
      return last === undefined ? undefined : (last.facts ?? {});
    },
    factsOf: (run, phase, step) =>
      new Map(succeeded(run, phase, step).map((each) => [each.target, each.facts ?? {}])),
    journal: (run, after = 0, limit = Infinity) =>
      (find(run)?.rows ?? []).filter((row) => row.seq > after).slice(0, limit),
    head(run) {
      const { seq, hash } = must(run).rows.at(-1) ?? { seq: 0, hash: CHAIN_START };
      return { seq, hash };
    },
    request: (run, kind, by, at, before) =>
      change(run, (it) => ask(it, { kind, by, at, ...(before !== undefined && { before }) })),
    requests: (run) => find(run)?.requests ?? [],
    close: () => undefined,
  };
}

function writeCommit(it: MemoryRun, commit: Commit): readonly JournalRow[] {
  const { claim, at, entries, open = [], close = [], tried = [], answers = [], checkpoint, state } = commit;
  owned(it, claim);
  const rows = append(it, at, entries);
  for (const intent of open) {
    const row = rows.find((each) => each.seq === intent.seq);
    if (row?.kind !== 'intent' || row.data['intent'] !== intent.id) throw fault(intent.id);
    const { phase, step, target, round } = intent;
    const again = it.intents.some(
      (each) =>
        round !== undefined &&
        [each.phase, each.step, each.target, each.round].join() === [phase, step, target, round].join(),
    );
    if (again) throw new PawlError('E_ONE_SHOT_AGAIN', `${phase}/${step} has an intent for round ${round}`);
    it.intents.push({ ...intent, lap: intent.lap ?? 0, state: 'open', tries: 0 });
  }
  for (const { id, ...end } of close) replace(it, id, end);
  for (const { id, ...more } of tried) replace(it, id, more);
  const seq = it.rows.at(-1)?.seq ?? 0;
  if (checkpoint !== undefined) it.record = { ...it.record, checkpoint: { ...checkpoint, seq } };
  if (state !== undefined) {
    const { reason: _before, ...record } = it.record;
    it.record = { ...record, state, ...(commit.reason !== undefined && { reason: commit.reason }) };
  }
  const paused = entries.some((entry) => entry.kind === 'paused');
  it.requests = it.requests.filter(
    (each) => !answers.includes(each.id) && !(paused && each.before === undefined),
  );
  it.record = { ...it.record, updatedAt: at };
  return rows;
}

function append(it: MemoryRun, at: string, entries: readonly JournalEntry[]): readonly JournalRow[] {
  return entries.map(({ kind, data }) => {
    const { run } = it.record;
    const last = it.rows.at(-1) ?? { seq: 0, hash: CHAIN_START };
    const unsigned = { run, seq: last.seq + 1, at, kind, data, prev: last.hash };
    const row = { ...unsigned, hash: hashRow(unsigned) };
    it.rows.push(row);
    return row;
  });
}

function replace(it: MemoryRun, id: string, change: Partial<IntentRecord>): void {
  const at = it.intents.findIndex((each) => each.id === id && each.state === 'open');
  const intent = it.intents[at];
  if (intent === undefined) throw fault(id);
  it.intents[at] = { ...intent, ...change };
}

function owned(it: MemoryRun, claim: Claim['claim']): void {
  if (it.record.claim.claim === claim) return;
  throw new PawlError('E_CLAIM_LOST', `run ${it.record.run} has been taken over`);
}

function fault(id: string): PawlError {
  return new PawlError('E_INTENT', `intent ${id} is not open, or has no row of its own`);
}
