import type { Commit, IntentRecord, JournalRow, RunRecord, Store } from '@pawl/engine';

type Mutate = (store: Store) => Store;

/** Stores that break the contract in one place each. */
export const mutants: Readonly<Record<string, Mutate>> = {
  'writes under any claim': (store) => ({
    ...store,
    commit: (commit) =>
      store.commit({ ...commit, claim: store.load(commit.run)?.claim.claim ?? commit.claim }),
  }),
  'lets any claim be taken from anybody': (store) => ({
    ...store,
    claim: (run, expected, next, how) =>
      store.claim(run, store.load(run)?.claim.claim ?? expected, next, how),
  }),
  'forgets earlier claims': (store) => ({
    ...store,
    claim: (run, expected, next, how) => store.claim(run, expected, { ...next, earlier: [] }, how),
  }),
  'writes no row for a claim': (store) => without(store, (row) => row.kind !== 'claimed'),
  'begins a one-shot step twice on one round': onCommit((commit) => ({
    ...commit,
    ...(commit.open !== undefined && { open: commit.open.map(({ round: _round, ...rest }) => rest) }),
  })),
  'keeps the rows of a commit that it refuses': (store) => ({
    ...store,
    commit(commit) {
      try {
        return store.commit(commit);
      } catch (error) {
        const { run, claim, at, entries } = commit;
        if (Reflect.get(Object(error), 'code') === 'E_INTENT') store.commit({ run, claim, at, entries });
        throw error;
      }
    },
  }),
  'keeps the state of a commit that it refuses': (store) => ({
    ...store,
    commit(commit) {
      const { run, claim, at, state } = commit;
      if (state !== undefined && store.load(run)?.claim.claim === claim)
        store.commit({ run, claim, at, entries: [], state });
      return store.commit(commit);
    },
  }),
  'says nothing of a name that is taken': (store) => ({
    ...store,
    create: (run) => store.load(run.run) ?? store.create(run),
  }),
  'makes a rebuilt run as if it were a new one': (store) => ({
    ...store,
    create: ({ rebuilt: _known, ...run }) => store.create(run),
  }),
  'makes a run before what was rebuilt of it': (store) => ({
    ...store,
    create({ rebuilt, ...run }) {
      const record = store.create(run);
      if (rebuilt !== undefined)
        store.commit({ ...rebuilt, run: run.run, claim: run.claim.claim, at: run.at });
      return record;
    },
  }),
  'lists the newest first': (store) => ({ ...store, list: () => [...store.list()].reverse() }),
  'shows one handle what another had not written yet when it was opened': (store) => {
    const seen = new Map<string, RunRecord | undefined>();
    return {
      ...store,
      load(run) {
        if (!seen.has(run) || seen.get(run) === undefined) seen.set(run, store.load(run));
        return seen.get(run);
      },
    };
  },
  'hands out what it keeps': (store) => {
    const choices = new Map<string, RunRecord['choices']>();
    return {
      ...store,
      create(run) {
        choices.set(run.run, run.choices);
        return store.create(run);
      },
      load(run) {
        const record = store.load(run);
        return record && { ...record, choices: choices.get(run) ?? record.choices };
      },
    };
  },
  'keeps a reason that no longer holds': (store) => {
    let last: RunRecord['reason'];
    return {
      ...store,
      commit(commit) {
        last = commit.reason ?? last;
        const kept = commit.state === undefined ? undefined : last;
        return store.commit(kept === undefined ? commit : { ...commit, reason: kept });
      },
    };
  },
  'drops reasons': onCommit(({ reason: _reason, ...commit }) => commit),
  'gives a checkpoint the wrong row': (store) => ({
    ...store,
    load(run) {
      const record = store.load(run);
      return record && { ...record, checkpoint: { ...record.checkpoint, seq: record.checkpoint.seq + 1 } };
    },
  }),
  'drops due times': onIntents(({ due: _due, ...intent }) => intent),
  'drops tries': onIntents((intent) => ({ ...intent, tries: 0 })),
  'drops laps': onIntents((intent) => ({ ...intent, lap: 0 })),
  'drops errors': onIntents(({ error: _error, ...intent }) => intent),
  'does not filter by phase': (store) => ({
    ...store,
    intents: (run, { phase: _phase, ...filter } = {}) => store.intents(run, filter),
  }),
  'does not filter by step': (store) => ({
    ...store,
    intents: (run, { step: _step, ...filter } = {}) => store.intents(run, filter),
  }),
  'does not filter open ones': (store) => ({
    ...store,
    intents: (run, { open: _open, ...filter } = {}) => store.intents(run, filter),
  }),
  'gives intents newest first': (store) => ({
    ...store,
    intents: (run, filter) => [...store.intents(run, filter)].reverse(),
  }),
  'takes every step for a one-shot step': onCommit((commit) => ({
    ...commit,
    ...(commit.open !== undefined && { open: commit.open.map((intent) => ({ round: 0, ...intent })) }),
  })),
  'looks at the number of an intent’s row alone': onCommit((commit, store) => {
    const next = store.load(commit.run) === undefined ? 0 : store.head(commit.run).seq + 1;
    const entries = commit.entries.map((entry, at) => {
      const intent = commit.open?.find((each) => each.seq === next + at);
      return intent === undefined ? entry : { ...entry, data: { intent: intent.id } };
    });
    return { ...commit, entries };
  }),
  'does not say what a run was made from': (store) => ({
    ...store,
    journal: (run, after, limit) =>
      store.journal(run, after, limit).map((row) => (row.kind === 'created' ? { ...row, data: {} } : row)),
  }),
  'closes an intent twice': onCommit((commit, store) => {
    const open = new Set(store.intents(commit.run, { open: true }).map((each) => each.id));
    const opening = new Set(commit.open?.map((each) => each.id));
    return { ...commit, close: (commit.close ?? []).filter(({ id }) => open.has(id) || opening.has(id)) };
  }),
  'opens intents without a row': (store) => ({
    ...store,
    commit(commit) {
      const numbered = (commit.open ?? []).map((intent) => ({ intent, row: intent.seq }));
      const next = store.head(commit.run).seq + 1;
      if (numbered.every(({ row }) => row === next)) return store.commit(commit);
      const open = numbered.map(({ intent }) => ({ ...intent, seq: next }));
      return store.commit({ ...commit, open });
    },
  }),
  'takes facts of a failure': (store) => ({
    ...store,
    fact: (run, phase, step, target) =>
      store.intents(run, { phase, step }).findLast((each) => each.target === target)?.facts,
  }),
  'gives the first facts, not the last': (store) => ({
    ...store,
    fact: (run, phase, step, target) =>
      store.intents(run, { phase, step }).find((each) => each.target === target && each.state === 'succeeded')
        ?.facts,
  }),
  'forgets targets': (store) => ({
    ...store,
    factsOf: (run, phase, step) => new Map([...store.factsOf(run, phase, step)].slice(0, 1)),
  }),
  'reads the journal without an end': (store) => ({
    ...store,
    journal: (run, after) => store.journal(run, after),
  }),
  'reads the journal from its start': (store) => ({
    ...store,
    journal: (run, _after, limit) => store.journal(run, 0, limit),
  }),
  'rounds numbers': (store) => ({
    ...store,
    journal: (run, after, limit) =>
      store.journal(run, after, limit).map((row) => JSON.parse(JSON.stringify(row), rounded) as JournalRow),
  }),
  'does not know where the journal ends': (store) => ({
    ...store,
    head: (run) => ({ ...store.head(run), seq: Math.min(store.head(run).seq, 1) }),
  }),
  'invents a head for a run that is not there': (store) => ({
    ...store,
    head: (run) => (store.load(run) === undefined ? { seq: 0, hash: '' } : store.head(run)),
  }),
  'answers every request by a pause': (store) => ({
    ...store,
    commit(commit) {
      const all = store.requests(commit.run).map((each) => each.id);
      const paused = commit.entries.some((entry) => entry.kind === 'paused');
      return store.commit(paused ? { ...commit, answers: all } : commit);
    },
  }),
  'answers requests of other runs': (store) => ({
    ...store,
    commit(commit) {
      for (const { run, claim } of store.list()) {
        if (run === commit.run || commit.answers === undefined) continue;
        store.commit({ run, claim: claim.claim, at: commit.at, entries: [], answers: commit.answers });
      }
      return store.commit(commit);
    },
  }),
  'never answers a request before a phase': onCommit(({ answers: _answers, ...commit }) => commit),
  'forgets before which phase': (store) => ({
    ...store,
    requests: (run) => store.requests(run).map(({ before: _before, ...rest }) => rest),
  }),
  'forgets to pause before a phase that was asked for at the start': (store) => ({
    ...store,
    create: ({ pauseBefore: _before, ...run }) => store.create(run),
  }),
  'takes requests for a run that is not there': (store) => ({
    ...store,
    request(run, ...rest) {
      if (store.load(run) !== undefined) store.request(run, ...rest);
    },
  }),
};

function onCommit(change: (commit: Commit, store: Store) => Commit): Mutate {
  return (store) => ({ ...store, commit: (commit) => store.commit(change(commit, store)) });
}

function onIntents(change: (intent: IntentRecord) => IntentRecord): Mutate {
  return (store) => ({ ...store, intents: (run, filter) => store.intents(run, filter).map(change) });
}

function without(store: Store, keep: (row: JournalRow) => boolean): Store {
  return { ...store, journal: (run, after, limit) => store.journal(run, after, limit).filter(keep) };
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value) : value;
}
