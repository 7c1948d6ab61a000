import assert from 'node:assert/strict';
import { aRun, anIntent, AT, by, checkpointOf, entryOf, open, same, throwsCode, type Cases } from './a-run';

/** A commit is whole or nothing, and what is written is what is read. */
export const commits: Cases = {
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

  'a commit whose last part is refused leaves nothing of the parts before': ({ store, other }) => {
    store.create(aRun());
    other.request('r1', 'pause', 'ann', AT);
    const first = anIntent(2);
    open(store, first);
    const asked = store.requests('r1');
    const before = { record: store.load('r1'), rows: store.journal('r1'), intents: store.intents('r1') };
    const next = anIntent(3, 2);
    throwsCode('E_INTENT', () =>
      store.commit({
        ...by('c1'),
        entries: [entryOf(next), { kind: 'paused', data: {} }],
        open: [next],
        close: [{ id: first.id, state: 'failed' }],
        tried: [{ id: 'none', tries: 1 }],
        checkpoint: checkpointOf({ at: 'two' }),
        state: 'paused',
        reason: { code: 'E' },
      }),
    );
    same({ record: other.load('r1'), rows: other.journal('r1'), intents: other.intents('r1') }, before);
    same(other.requests('r1'), asked);
    store.commit({ ...by('c1'), entries: [{ kind: 'retry', data: {} }] });
    assert.equal(other.head('r1').seq, 3);
  },

  'what is not given stays as it is': ({ store }) => {
    store.create(aRun());
    store.commit({
      ...by('c1'),
      entries: [{ kind: 'paused', data: {} }],
      checkpoint: checkpointOf({ at: 'two' }),
      state: 'paused',
      reason: { code: 'E' },
    });
    store.commit({ ...by('c1'), entries: [{ kind: 'retry', data: {} }] });
    const record = store.load('r1');
    same(
      { state: record?.state, reason: record?.reason, checkpoint: record?.checkpoint },
      { state: 'paused', reason: { code: 'E' }, checkpoint: { ...checkpointOf({ at: 'two' }), seq: 2 } },
    );
  },

  'a commit without rows still counts, and its checkpoint belongs to the last row': ({ store, other }) => {
    store.create(aRun());
    store.commit({ ...by('c1'), entries: [{ kind: 'retry', data: {} }] });
    const rows = store.commit({
      ...by('c1'),
      entries: [],
      checkpoint: checkpointOf({ at: 'two' }),
      state: 'completed',
    });
    same(rows, []);
    const record = other.load('r1');
    same(
      [record?.state, record?.checkpoint.seq, record?.checkpoint.snapshot],
      ['completed', 2, { at: 'two' }],
    );
  },

  'data is plain: what the caller does with it afterwards changes nothing': ({ store }) => {
    const choices = { list: [1] };
    store.create(aRun({ choices }));
    choices.list.push(2);
    const data = { list: [1] };
    const [row] = store.commit({ ...by('c1'), entries: [{ kind: 'outcome', data }] });
    data.list.push(2);
    (store.load('r1')?.choices as { list: number[] }).list.push(3);
    same(store.load('r1')?.choices, { list: [1] });
    same(store.journal('r1')[1]?.data, { list: [1] });
    same(row?.hash, store.journal('r1')[1]?.hash);
  },

  'data comes back as it was given, whatever JSON it is': ({ store, other }) => {
    const value = {
      'ü\n"\u0000': [null, true, -0.5, 1e21, '', {}, { deep: [[]] }],
      __proto: 'x',
      '\uFFFD': '𝄞',
    };
    store.create(aRun({ choices: value, checkpoint: checkpointOf(value) }));
    const intent = anIntent(2);
    open(store, intent);
    store.commit({
      ...by('c1'),
      entries: [{ kind: 'outcome', data: value }],
      close: [{ id: intent.id, state: 'failed', facts: value, error: value }],
      state: 'in-doubt',
      reason: value,
    });
    const record = other.load('r1');
    const [written] = other.intents('r1');
    same(
      [record?.choices, record?.checkpoint.snapshot, record?.reason, written?.facts, written?.error],
      [value, value, value, value, value],
    );
    same(other.journal('r1', 2)[0]?.data, value);
  },
};
