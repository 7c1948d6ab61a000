import assert from 'node:assert/strict';
import {
  aRun,
  anIntent,
  by,
  claimOf,
  entryOf,
  LATER,
  open,
  opened,
  same,
  succeed,
  throwsCode,
  type Cases,
} from './a-run';

/** What was begun, and what became of it. */
export const intents: Cases = {
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

  'the round of a one-shot step is its own: another step, target or run has rounds of its own': ({
    store,
  }) => {
    store.create(aRun());
    store.create(aRun({ run: 'r2', claim: claimOf('c1-r2', []) }));
    open(store, { ...anIntent(2), round: 1 });
    open(store, { ...anIntent(3, 1, 'b'), round: 1 });
    open(store, { ...anIntent(4), id: '0004.p.t.a.1', step: 't', round: 1 });
    open(store, { ...anIntent(5), id: '0005.q.s.a.1', phase: 'q', round: 1 });
    const far = { ...anIntent(2), run: 'r2', round: 1 };
    store.commit({ ...by('c1-r2', 'r2'), entries: [entryOf(far)], open: [far] });
    assert.equal(store.intents('r1', { open: true }).length, 4);
    const again = { ...anIntent(6, 2), round: 1 };
    throwsCode('E_ONE_SHOT_AGAIN', () => open(store, again));
  },

  'a step without rounds has as many intents as it has attempts': ({ store }) => {
    store.create(aRun());
    for (const seq of [2, 3, 4]) succeed(store, anIntent(seq, seq), {});
    assert.equal(store.intents('r1').length, 3);
  },

  'an intent has a row of its own, in its own commit': ({ store }) => {
    store.create(aRun());
    const intent = anIntent(7);
    throwsCode('E_INTENT', () => store.commit({ ...by('c1'), entries: [entryOf(intent)], open: [intent] }));
  },

  'an intent whose row speaks of another one is refused': ({ store }) => {
    store.create(aRun());
    const intent = anIntent(2);
    throwsCode('E_INTENT', () =>
      store.commit({ ...by('c1'), entries: [entryOf(anIntent(2, 7))], open: [intent] }),
    );
    throwsCode('E_INTENT', () =>
      store.commit({
        ...by('c1'),
        entries: [{ kind: 'outcome', data: { intent: intent.id } }],
        open: [intent],
      }),
    );
    same(store.intents('r1'), []);
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

  'lap and round stand as they were given, or are 0 and none': ({ store, other }) => {
    store.create(aRun());
    const [plain, full] = [anIntent(2), { ...anIntent(3, 2), lap: 4, round: 7 }];
    open(store, plain);
    open(store, full);
    same(other.intents('r1'), [opened(plain), opened(full)]);
  },

  'intents are found by phase and step': ({ store }) => {
    store.create(aRun());
    succeed(store, anIntent(2), {});
    assert.equal(store.intents('r1', { phase: 'p' }).length, 1);
    assert.equal(store.intents('r1', { phase: 'p', step: 's' }).length, 1);
    same(store.intents('r1', { phase: 'p', step: 's?' }), []);
    same(store.intents('r1', { phase: 'q' }), []);
    same(store.intents('r1', { phase: 'p', open: true }), []);
  },

  'intents come in the order of their rows, by phase, step and whether they are open': ({ store, other }) => {
    store.create(aRun());
    const b = anIntent(2, 1, 'b');
    const ask = { ...anIntent(3), id: '0003.p.s?.a.1', step: 's?' };
    const a = anIntent(4);
    const q = { ...anIntent(5), id: '0005.q.s.a.1', phase: 'q' };
    for (const intent of [b, ask, a, q]) open(store, intent);
    store.commit({ ...by('c1'), entries: [], close: [{ id: a.id, state: 'failed' }] });
    const ids = (filter: Parameters<typeof other.intents>[1]): readonly string[] =>
      other.intents('r1', filter).map((each) => each.id);
    same(ids({}), [b.id, ask.id, a.id, q.id]);
    same(ids({ open: true }), [b.id, ask.id, q.id]);
    same(ids({ open: false }), [a.id]);
    same(ids({ phase: 'p' }), [b.id, ask.id, a.id]);
    same(ids({ phase: 'p', open: true }), [b.id, ask.id]);
    same(ids({ phase: 'p', step: 's' }), [b.id, a.id]);
    same(ids({ phase: 'p', step: 's', open: false }), [a.id]);
    same(ids({ phase: 'p', step: 's?' }), [ask.id]);
  },
};
