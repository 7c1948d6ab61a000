import assert from 'node:assert/strict';
import {
  canonicalJson,
  verifyChain,
  type Checkpoint,
  type Claim,
  type Intent,
  type NewRun,
  type Store,
} from '@pawl/engine';

export interface ConformanceCase {
  readonly name: string;
  /** Throws where the store does not do as the contract says. */
  readonly check: () => void;
}

/** Two handles on one empty database, as two processes would have them, and a way to let go of both. */
export interface StoresUnderTest {
  readonly store: Store;
  readonly other: Store;
  close(): void;
}

/**
 * What every store must do, as cases for any test runner: `for (const { name, check } of storeConformance(make)) test(name, check)`.
 * @param make an empty database, opened twice; called anew for each case
 */
export function storeConformance(make: () => StoresUnderTest): readonly ConformanceCase[] {
  return Object.entries(cases).map(([name, check]) => ({
    name,
    check: () => {
      const stores = make();
      try {
        check(stores);
      } finally {
        stores.close();
      }
    },
  }));
}

const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:00:01.000Z';

const cases: Readonly<Record<string, (stores: StoresUnderTest) => void>> = {
  'a run is as it was made, for every handle': ({ store, other }) => {
    const record = store.create(aRun());
    same(other.load('r1'), record);
    same(
      { state: record.state, choices: record.choices, seq: record.checkpoint.seq, claim: record.claim },
      { state: 'running', choices: { n: 1 }, seq: 1, claim: claimOf('c1', []) },
    );
    assert.equal(other.definition('r1'), 'text');
    same(
      other.list().map((each) => each.run),
      ['r1'],
    );
    assert.equal(other.load('r2'), undefined);
  },

  'a name is given once': ({ store, other }) => {
    store.create(aRun());
    throwsCode('E_RUN_EXISTS', () => other.create(aRun({ claim: claimOf('c2', []) })));
    assert.equal(store.load('r1')?.claim.claim, 'c1');
  },

  'a commit is whole: rows, intents, checkpoint and state together': ({ store, other }) => {
    store.create(aRun());
    const intent = anIntent(2);
    const rows = store.commit({ ...by('c1'), entries: [entryOf(intent)], open: [intent] });
    same(
      rows.map((row) => row.seq),
      [2],
    );
    store.commit({
      ...by('c1'),
      entries: [
        { kind: 'outcome', data: { intent: intent.id } },
        { kind: 'paused', data: {} },
      ],
      close: [{ id: intent.id, state: 'succeeded', facts: { found: 7 } }],
      checkpoint: checkpointOf({ at: 'two' }),
      state: 'paused',
      reason: { code: 'E_PAUSED' },
    });
    const record = other.load('r1');
    same(
      { state: record?.state, reason: record?.reason, checkpoint: record?.checkpoint },
      {
        state: 'paused',
        reason: { code: 'E_PAUSED' },
        checkpoint: { ...checkpointOf({ at: 'two' }), seq: 4 },
      },
    );
    same(other.intents('r1'), [{ ...intent, lap: 0, state: 'succeeded', tries: 0, facts: { found: 7 } }]);
  },

  'a state without a reason clears the one before': ({ store }) => {
    store.create(aRun());
    store.commit({
      ...by('c1'),
      entries: [{ kind: 'paused', data: {} }],
      state: 'paused',
      reason: { code: 'E' },
    });
    store.commit({ ...by('c1'), entries: [{ kind: 'resumed', data: {} }], state: 'running' });
    const record = store.load('r1');
    same({ state: record?.state, reason: record?.reason }, { state: 'running', reason: undefined });
  },

  'a commit that is refused leaves nothing': ({ store }) => {
    store.create(aRun());
    const entries = [{ kind: 'outcome' as const, data: {} }];
    throwsCode('E_INTENT', () =>
      store.commit({ ...by('c1'), entries, close: [{ id: 'none', state: 'failed' }], state: 'paused' }),
    );
    assert.equal(store.journal('r1').length, 1);
    assert.equal(store.load('r1')?.state, 'running');
  },

  'only the claim of the run writes': ({ store, other }) => {
    store.create(aRun());
    const taken = other.claim('r1', 'c1', claimOf('c2', ['c1']), 'taken over');
    same(taken.claim, claimOf('c2', ['c1']));
    const intent = anIntent(3);
    throwsCode('E_CLAIM_LOST', () =>
      store.commit({ ...by('c1'), entries: [entryOf(intent)], open: [intent] }),
    );
    throwsCode('E_CLAIM_LOST', () => store.commit({ ...by('c1'), entries: [{ kind: 'retry', data: {} }] }));
    throwsCode('E_CLAIM_LOST', () => store.commit({ ...by('c1'), entries: [], state: 'completed' }));
    throwsCode('E_CLAIM_LOST', () => store.claim('r1', 'c1', claimOf('c3', ['c1']), 'late'));
    same(
      store.journal('r1').map((row) => row.kind),
      ['created', 'claimed'],
    );
    same(store.intents('r1'), []);
    assert.equal(other.commit({ ...by('c2'), entries: [{ kind: 'resumed', data: {} }] }).length, 1);
    same(other.load('r1')?.claim.earlier, ['c1']);
  },

  'a one-shot step has one intent per round, whatever became of it': ({ store }) => {
    store.create(aRun());
    const first = { ...anIntent(2), round: 1 };
    store.commit({ ...by('c1'), entries: [entryOf(first)], open: [first] });
    store.commit({
      ...by('c1'),
      entries: [{ kind: 'outcome', data: {} }],
      close: [{ id: first.id, state: 'failed' }],
    });
    const again = { ...anIntent(4, 2), round: 1 };
    throwsCode('E_ONE_SHOT_AGAIN', () =>
      store.commit({ ...by('c1'), entries: [entryOf(again)], open: [again] }),
    );
    assert.equal(store.journal('r1').length, 3);
    const next = { ...anIntent(4, 2), round: 2 };
    store.commit({ ...by('c1'), entries: [entryOf(next)], open: [next] });
    same(
      store.intents('r1').map((each) => [each.round, each.state]),
      [
        [1, 'failed'],
        [2, 'open'],
      ],
    );
  },

  'an intent has a row of its own, in its own commit': ({ store }) => {
    store.create(aRun());
    const intent = anIntent(7);
    throwsCode('E_INTENT', () => store.commit({ ...by('c1'), entries: [entryOf(intent)], open: [intent] }));
  },

  'an outcome is written once': ({ store }) => {
    store.create(aRun());
    const intent = anIntent(2);
    store.commit({ ...by('c1'), entries: [entryOf(intent)], open: [intent] });
    store.commit({ ...by('c1'), entries: [], close: [{ id: intent.id, state: 'succeeded', facts: {} }] });
    throwsCode('E_INTENT', () =>
      store.commit({ ...by('c1'), entries: [], close: [{ id: intent.id, state: 'failed' }] }),
    );
    throwsCode('E_INTENT', () =>
      store.commit({ ...by('c1'), entries: [], tried: [{ id: intent.id, tries: 1 }] }),
    );
    assert.equal(store.intents('r1')[0]?.state, 'succeeded');
  },

  'tries and due times are rows': ({ store, other }) => {
    store.create(aRun());
    const intent = anIntent(2);
    store.commit({ ...by('c1'), entries: [entryOf(intent)], open: [intent] });
    store.commit({ ...by('c1'), entries: [], tried: [{ id: intent.id, tries: 2, due: LATER }] });
    same(other.intents('r1', { open: true }), [{ ...intent, lap: 0, state: 'open', tries: 2, due: LATER }]);
    const error = { code: 'E_STEP' };
    store.commit({
      ...by('c1'),
      entries: [],
      close: [{ id: intent.id, state: 'failed', error, due: LATER }],
    });
    same(other.intents('r1'), [{ ...intent, lap: 0, state: 'failed', tries: 2, due: LATER, error }]);
    same(other.intents('r1', { open: true }), []);
  },

  'facts are those of the last success, by target': ({ store }) => {
    store.create(aRun());
    assert.equal(store.fact('r1', 'p', 's', 'a'), undefined);
    for (const [seq, target, n] of [
      [2, 'a', 1],
      [3, 'b', 2],
      [4, 'a', 3],
    ] as const)
      succeed(store, seq, target, { n });
    const failed = anIntent(5, 4, 'a');
    store.commit({ ...by('c1'), entries: [entryOf(failed)], open: [failed] });
    store.commit({ ...by('c1'), entries: [], close: [{ id: failed.id, state: 'failed', facts: { n: 9 } }] });
    same(store.fact('r1', 'p', 's', 'a'), { n: 3 });
    same(Object.fromEntries(store.factsOf('r1', 'p', 's')), { a: { n: 3 }, b: { n: 2 } });
    assert.equal(store.fact('r1', 'p', 'other', 'a'), undefined);
  },

  'intents are found by phase and step': ({ store }) => {
    store.create(aRun());
    succeed(store, 2, 'a', {});
    assert.equal(store.intents('r1', { phase: 'p' }).length, 1);
    assert.equal(store.intents('r1', { phase: 'p', step: 's' }).length, 1);
    same(store.intents('r1', { phase: 'p', step: 's?' }), []);
    same(store.intents('r1', { phase: 'q' }), []);
    same(store.intents('r1', { phase: 'p', open: true }), []);
  },

  'the journal is one chain per run, read in pieces': ({ store, other }) => {
    store.create(aRun());
    other.create(aRun({ run: 'r2', claim: claimOf('d1', []) }));
    for (let i = 0; i < 5; i += 1) {
      store.commit({
        ...by('c1'),
        entries: [{ kind: 'outcome', data: { 'ü\n"': [i, null, true, { deep: 'x' }] } }],
      });
      other.commit({ ...by('d1', 'r2'), entries: [{ kind: 'outcome', data: { i } }] });
    }
    const rows = store.journal('r1');
    same(verifyChain(rows), { ok: true, rows: 6, head: rows.at(-1)?.hash });
    assert.equal(verifyChain(store.journal('r2')).ok, true);
    same([...store.journal('r1', 0, 2), ...store.journal('r1', 2, 100)], rows);
    same(store.journal('r1', 6), []);
  },

  'a pause is asked for without a claim, and answered by the owner’s pause': ({ store, other }) => {
    store.create(aRun());
    other.request('r1', 'pause', 'ann', AT);
    same(
      store.requests('r1').map(({ kind, by: who, at }) => ({ kind, who, at })),
      [{ kind: 'pause', who: 'ann', at: AT }],
    );
    store.commit({ ...by('c1'), entries: [{ kind: 'retry', data: {} }] });
    assert.equal(store.requests('r1').length, 1);
    store.commit({ ...by('c1'), entries: [{ kind: 'paused', data: {} }], state: 'paused' });
    same(other.requests('r1'), []);
    throwsCode('E_NO_RUN', () => other.request('r9', 'pause', 'ann', AT));
  },

  'a pause before a phase waits for the commit that names it': ({ store, other }) => {
    store.create(aRun({ pauseBefore: 'two' }));
    other.request('r1', 'pause', 'ann', AT, 'three');
    same(
      store.requests('r1').map((each) => each.before),
      ['two', 'three'],
    );
    store.commit({ ...by('c1'), entries: [{ kind: 'paused', data: {} }] });
    const [two] = store.requests('r1');
    assert.equal(two?.before, 'two');
    store.commit({ ...by('c1'), entries: [{ kind: 'paused', data: {} }], answers: [two.id] });
    same(
      store.requests('r1').map((each) => each.before),
      ['three'],
    );
  },

  'a run that is not there': ({ store }) => {
    throwsCode('E_NO_RUN', () =>
      store.commit({ ...by('c1', 'r9'), entries: [{ kind: 'resumed', data: {} }] }),
    );
    throwsCode('E_NO_RUN', () => store.definition('r9'));
    same(store.journal('r9'), []);
    same(store.intents('r9'), []);
    same(store.list(), []);
  },
};

function aRun(more: Partial<NewRun> = {}): NewRun {
  const choices = { n: 1 };
  return {
    ...{
      run: 'r1',
      machineId: 'm',
      machineVersion: '1.0.0',
      definitionHash: 'h',
      definition: 'text',
      choices,
    },
    checkpoint: checkpointOf({ at: 'one' }),
    claim: claimOf('c1', []),
    at: AT,
    ...more,
  };
}

function checkpointOf(snapshot: Checkpoint['snapshot']): Omit<Checkpoint, 'seq'> {
  return { machineId: 'm', machineVersion: '1.0.0', definitionHash: 'h', snapshot };
}

function claimOf(claim: string, earlier: readonly string[]): Claim {
  const owner = { who: 'w', host: 'h', pid: 1, startTime: '2', bootId: 'b', database: '/d' };
  return { claim, earlier, owner, at: AT };
}

function anIntent(seq: number, attempt = 1, target = 'a'): Intent {
  return { id: `000${seq}.p.s.${target}.${attempt}`, run: 'r1', seq, phase: 'p', step: 's', target, attempt };
}

function entryOf(intent: Intent): { kind: 'intent'; data: { intent: string } } {
  return { kind: 'intent', data: { intent: intent.id } };
}

function by(claim: string, run = 'r1'): { run: string; claim: string; at: string } {
  return { run, claim, at: LATER };
}

function succeed(store: Store, seq: number, target: string, facts: Record<string, number>): void {
  const intent = anIntent(seq, seq, target);
  store.commit({
    ...by('c1'),
    entries: [entryOf(intent)],
    open: [intent],
    close: [{ id: intent.id, state: 'succeeded', facts }],
  });
}

/** Equal as what is written down: plain data, whichever realm its arrays come from. */
function same(actual: unknown, expected: unknown): void {
  assert.equal(canonicalJson({ it: actual }), canonicalJson({ it: expected }));
}

function throwsCode(code: string, act: () => unknown): void {
  assert.throws(act, (error: object) => Reflect.get(error, 'code') === code);
}
