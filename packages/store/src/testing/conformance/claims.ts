import assert from 'node:assert/strict';
import { aRun, anIntent, AT, by, claimOf, entryOf, open, same, throwsCode, type Cases } from './a-run';

/** Only the owner writes. */
export const claims: Cases = {
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

  'no part of a commit is written under a claim that was lost': ({ store, other }) => {
    store.create(aRun());
    const intent = anIntent(2);
    open(store, intent);
    store.request('r1', 'pause', 'ann', AT, 'two');
    const asked = store.requests('r1');
    other.claim('r1', 'c1', claimOf('c2', ['c1']), 'taken over');
    const before = { record: other.load('r1'), rows: other.journal('r1'), intents: other.intents('r1') };
    for (const part of [
      { close: [{ id: intent.id, state: 'succeeded' as const }] },
      { tried: [{ id: intent.id, tries: 1 }] },
      { answers: asked.map((each) => each.id) },
      { state: 'paused' as const },
      {},
    ])
      throwsCode('E_CLAIM_LOST', () => store.commit({ ...by('c1'), entries: [], ...part }));
    same({ record: other.load('r1'), rows: other.journal('r1'), intents: other.intents('r1') }, before);
    same(other.requests('r1'), asked);
  },

  'a claim writes its row, names the earlier ones and leaves the state as it is': ({ store, other }) => {
    const made = store.create(aRun());
    store.commit({
      ...by('c1'),
      entries: [{ kind: 'paused', data: {} }],
      state: 'paused',
      reason: { code: 'E' },
    });
    other.claim('r1', 'c1', claimOf('c2', ['c1']), 'owner dead');
    const record = store.claim('r1', 'c2', claimOf('c3', ['c1', 'c2']), 'taken over');
    same(record, other.load('r1'));
    same(
      [record.claim, record.state, record.reason, record.checkpoint],
      [claimOf('c3', ['c1', 'c2']), 'paused', { code: 'E' }, made.checkpoint],
    );
    same(
      store.journal('r1', 2).map((row) => [row.kind, row.data['how'], row.data['claim']]),
      [
        ['claimed', 'owner dead', 'c2'],
        ['claimed', 'taken over', 'c3'],
      ],
    );
    throwsCode('E_CLAIM_LOST', () => store.claim('r1', 'c1', claimOf('c4', ['c1', 'c2', 'c3']), 'late'));
    assert.equal(store.head('r1').seq, 4);
  },

  'an intent of the owner before is the new owner’s to close': ({ store, other }) => {
    store.create(aRun());
    const intent = anIntent(2);
    open(store, intent);
    other.claim('r1', 'c1', claimOf('c2', ['c1']), 'owner dead');
    other.commit({
      ...by('c2'),
      entries: [{ kind: 'outcome', data: {} }],
      close: [{ id: intent.id, state: 'succeeded', facts: { n: 1 } }],
    });
    same(store.fact('r1', 'p', 's', 'a'), { n: 1 });
    const again = anIntent(5, 2);
    throwsCode('E_CLAIM_LOST', () => store.commit({ ...by('c1'), entries: [entryOf(again)], open: [again] }));
  },
};
