import assert from 'node:assert/strict';
import { aRun, AT, by, claimOf, same, throwsCode, type Cases } from './a-run';

/** What others ask of the owner. */
export const requests: Cases = {
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

  'requests have numbers that grow, and come oldest first': ({ store, other }) => {
    store.create(aRun());
    other.request('r1', 'pause', 'ann', AT);
    store.request('r1', 'pause', 'bob', AT, 'two');
    other.request('r1', 'pause', 'eve', AT);
    const asked = store.requests('r1');
    same(
      asked.map((each) => each.by),
      ['ann', 'bob', 'eve'],
    );
    assert.ok(asked.every((each, i) => i === 0 || each.id > (asked[i - 1]?.id ?? Infinity)));
    store.commit({ ...by('c1'), entries: [{ kind: 'paused', data: {} }], state: 'paused' });
    other.request('r1', 'pause', 'ann', AT);
    const later = store.requests('r1');
    same(
      later.map((each) => each.by),
      ['bob', 'ann'],
    );
    assert.ok((later[1]?.id ?? 0) > (asked[2]?.id ?? Infinity));
  },

  'a commit answers the requests that it names, and those of its own run only': ({ store }) => {
    store.create(aRun());
    store.create(aRun({ run: 'r2', claim: claimOf('d1', []) }));
    store.request('r1', 'pause', 'ann', AT, 'two');
    store.request('r2', 'pause', 'ann', AT, 'two');
    const answers = [...store.requests('r1'), ...store.requests('r2')].map((each) => each.id);
    store.commit({ ...by('c1'), entries: [{ kind: 'entered', data: {} }], answers });
    same(store.requests('r1'), []);
    assert.equal(store.requests('r2').length, 1);
  },

  'a request outlives a change of owner': ({ store, other }) => {
    store.create(aRun({ pauseBefore: 'two' }));
    other.request('r1', 'pause', 'ann', AT);
    other.claim('r1', 'c1', claimOf('c2', ['c1']), 'owner dead');
    assert.equal(store.requests('r1').length, 2);
  },
};
