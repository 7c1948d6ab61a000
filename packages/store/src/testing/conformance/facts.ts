import assert from 'node:assert/strict';
import { aRun, anIntent, by, entryOf, same, succeed, type Cases } from './a-run';

/** What earlier steps found out. */
export const facts: Cases = {
  'facts are those of the last success, by target': ({ store }) => {
    store.create(aRun());
    assert.equal(store.fact('r1', 'p', 's', 'a'), undefined);
    for (const [seq, target, n] of [
      [2, 'a', 1],
      [3, 'b', 2],
      [4, 'a', 3],
    ] as const)
      succeed(store, anIntent(seq, seq, target), { n });
    const failed = anIntent(5, 4, 'a');
    store.commit({ ...by('c1'), entries: [entryOf(failed)], open: [failed] });
    store.commit({ ...by('c1'), entries: [], close: [{ id: failed.id, state: 'failed', facts: { n: 9 } }] });
    same(store.fact('r1', 'p', 's', 'a'), { n: 3 });
    same(Object.fromEntries(store.factsOf('r1', 'p', 's')), { a: { n: 3 }, b: { n: 2 } });
    assert.equal(store.fact('r1', 'p', 'other', 'a'), undefined);
  },

  'an open intent has no facts yet, and those before it still hold': ({ store }) => {
    store.create(aRun());
    succeed(store, anIntent(2), { n: 1 });
    const again = anIntent(3, 2);
    store.commit({ ...by('c1'), entries: [entryOf(again)], open: [again] });
    same(store.fact('r1', 'p', 's', 'a'), { n: 1 });
    same(Object.fromEntries(store.factsOf('r1', 'p', 's')), { a: { n: 1 } });
  },

  'a success without facts has none to show: an empty object': ({ store }) => {
    store.create(aRun());
    const intent = anIntent(2);
    store.commit({
      ...by('c1'),
      entries: [entryOf(intent)],
      open: [intent],
      close: [{ id: intent.id, state: 'succeeded' }],
    });
    same(store.fact('r1', 'p', 's', 'a'), {});
    same(Object.fromEntries(store.factsOf('r1', 'p', 's')), { a: {} });
    assert.equal(store.factsOf('r1', 'p', 'other').size, 0);
    assert.equal(store.fact('r9', 'p', 's', 'a'), undefined);
  },
};
