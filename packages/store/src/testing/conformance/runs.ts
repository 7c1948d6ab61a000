import assert from 'node:assert/strict';
import type { Intent, JournalEntry, NewRun } from '@pawl/engine';
import {
  anIntent,
  aRun,
  by,
  checkpointOf,
  claimOf,
  entryOf,
  opened,
  same,
  throwsCode,
  type Cases,
} from './a-run';

/** A run is made, found and listed. */
export const runs: Cases = {
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

  'a rebuilt run is made whole: rows, intents, how it rests, and the claims that were found': ({
    store,
    other,
  }) => {
    const [done, begun] = [anIntent(2), anIntent(4, 1, 'b')];
    store.create({ ...aRun(), claim: claimOf('c3', ['c1', 'c2']), rebuilt: rebuilt([done, begun]) });
    const { claim, state, reason, checkpoint } = other.load('r1') ?? {};
    same(
      { claim, state, reason, at: checkpoint },
      {
        claim: claimOf('c3', ['c1', 'c2']),
        state: 'in-doubt',
        reason: { code: 'E_REBUILT' },
        at: { ...checkpointOf({ at: 'two' }), seq: 4 },
      },
    );
    same(
      other.journal('r1').map(({ seq, kind }) => [seq, kind]),
      [
        [1, 'created'],
        [2, 'intent'],
        [3, 'lost'],
        [4, 'intent'],
      ],
    );
    same(other.fact('r1', 'p', 's', 'a'), { n: 1 });
    same(other.intents('r1', { open: true }), [opened(begun)]);
    other.commit({ ...by('c3'), entries: [{ kind: 'resumed', data: {} }] });
  },

  "a run that can't be rebuilt whole is not made": ({ store, other }) => {
    const wrong = { ...rebuilt([anIntent(2)]), open: [anIntent(7)] };
    throwsCode('E_INTENT', () => store.create({ ...aRun(), rebuilt: wrong }));
    assert.equal(other.load('r1'), undefined);
    same(other.journal('r1'), []);
    other.create(aRun());
  },

  'a name is given once': ({ store, other }) => {
    store.create(aRun());
    throwsCode('E_RUN_EXISTS', () => other.create(aRun({ claim: claimOf('c2', []) })));
    assert.equal(store.load('r1')?.claim.claim, 'c1');
  },

  'a name that is given already changes nothing of the run that has it': ({ store, other }) => {
    const record = store.create(aRun());
    throwsCode('E_RUN_EXISTS', () =>
      other.create(
        aRun({ choices: { n: 2 }, pauseBefore: 'two', definition: 'other', claim: claimOf('c2', []) }),
      ),
    );
    same(store.load('r1'), record);
    same(store.requests('r1'), []);
    assert.equal(store.definition('r1'), 'text');
    assert.equal(store.journal('r1').length, 1);
  },

  'runs are listed in the order in which they were made': ({ store, other }) => {
    for (const [run, at] of [
      ['zeta', '2026-01-01T00:00:00.000Z'],
      ['alpha', '2026-01-02T00:00:00.000Z'],
      ['mu', '2026-01-03T00:00:00.000Z'],
    ] as const)
      store.create(aRun({ run, at, claim: claimOf(`c-${run}`, []) }));
    same(
      other.list().map((each) => each.run),
      ['zeta', 'alpha', 'mu'],
    );
    same(other.list()[1], other.load('alpha'));
  },

  'runs of one database have nothing to do with each other': ({ store, other }) => {
    store.create(aRun());
    other.create(aRun({ run: 'r2', claim: claimOf('d1', []) }));
    const before = store.load('r1');
    other.request('r2', 'pause', 'ann', '2026-01-01T00:00:00.000Z');
    other.commit({
      ...by('d1', 'r2'),
      entries: [{ kind: 'paused', data: {} }],
      state: 'paused',
      checkpoint: checkpointOf({ at: 'two' }),
    });
    throwsCode('E_CLAIM_LOST', () =>
      store.commit({ ...by('c1', 'r2'), entries: [{ kind: 'resumed', data: {} }] }),
    );
    same(store.load('r1'), before);
    assert.equal(store.journal('r1').length, 1);
  },

  'all of it is there for whoever opens the database later': (stores) => {
    const { store, other } = stores;
    store.create(aRun({ pauseBefore: 'two' }));
    store.commit({
      ...by('c1'),
      entries: [{ kind: 'paused', data: { ü: [1] } }],
      checkpoint: checkpointOf({ at: 'two' }),
      state: 'paused',
      reason: { code: 'E_PAUSED' },
    });
    other.request('r1', 'pause', 'ann', '2026-01-01T00:00:00.000Z');
    const was = { record: store.load('r1'), rows: store.journal('r1'), asked: store.requests('r1') };
    stores.close();
    const later = stores.reopen();
    try {
      same({ record: later.load('r1'), rows: later.journal('r1'), asked: later.requests('r1') }, was);
      later.commit({ ...by('c1'), entries: [{ kind: 'resumed', data: {} }], state: 'running' });
    } finally {
      later.close();
    }
  },

  'a run that is not there': ({ store }) => {
    throwsCode('E_NO_RUN', () =>
      store.commit({ ...by('c1', 'r9'), entries: [{ kind: 'resumed', data: {} }] }),
    );
    throwsCode('E_NO_RUN', () => store.definition('r9'));
    same(store.journal('r9'), []);
    same(store.intents('r9'), []);
    throwsCode('E_NO_RUN', () => store.head('r9'));
    same(store.requests('r9'), []);
    same(store.list(), []);
  },
};

/** The first has succeeded, the others are open; each stands where its number says. */
function rebuilt(intents: readonly Intent[]): NonNullable<NewRun['rebuilt']> {
  const last = Math.max(...intents.map(({ seq }) => seq));
  const entries = Array.from({ length: last - 1 }, (_, index): JournalEntry => {
    const intent = intents.find(({ seq }) => seq === index + 2);
    return intent === undefined ? { kind: 'lost', data: {} } : entryOf(intent);
  });
  return {
    entries,
    open: intents,
    close: intents.slice(0, 1).map(({ id }) => ({ id, state: 'succeeded', facts: { n: 1 } })),
    checkpoint: checkpointOf({ at: 'two' }),
    state: 'in-doubt',
    reason: { code: 'E_REBUILT' },
  };
}
