import assert from 'node:assert/strict';
import { CHAIN_START, verifyChain } from '@pawl/engine';
import { aRun, by, claimOf, same, type Cases } from './a-run';

/** The append-only chain. */
export const journal: Cases = {
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

  'rows are what the commit said it wrote, in its order and with its time': ({ store, other }) => {
    store.create(aRun());
    const entries = [
      { kind: 'outcome' as const, data: { n: 1 } },
      { kind: 'entered' as const, data: { n: 2 } },
    ];
    const rows = store.commit({ ...by('c1'), entries });
    same(other.journal('r1', 1), rows);
    same(
      rows.map(({ run, seq, at, kind, data }) => ({ run, seq, at, kind, data })),
      entries.map((entry, i) => ({ run: 'r1', seq: i + 2, at: by('c1').at, ...entry })),
    );
    assert.equal(other.journal('r1')[0]?.prev, CHAIN_START);
    same(other.journal('r1', 1, 1), rows.slice(0, 1));
  },

  'the end of the journal is known apart from it': ({ store, other }) => {
    store.create(aRun());
    for (const how of ['commit', 'claim', 'nothing']) {
      if (how === 'commit')
        store.commit({
          ...by('c1'),
          entries: [
            { kind: 'retry', data: {} },
            { kind: 'retry', data: {} },
          ],
        });
      if (how === 'claim') store.claim('r1', 'c1', claimOf('c2', ['c1']), 'resumed');
      if (how === 'nothing') store.commit({ ...by('c2'), entries: [], state: 'completed' });
      const rows = other.journal('r1');
      same(other.head('r1'), { seq: rows.at(-1)?.seq, hash: rows.at(-1)?.hash });
      same(verifyChain(rows, other.head('r1')), { ok: true, rows: rows.length, head: rows.at(-1)?.hash });
    }
    assert.equal(other.head('r1').seq, 4);
  },

  'the first row says what the run was made from, and by whom': ({ store }) => {
    store.create(aRun());
    const [row] = store.journal('r1');
    same(
      [
        row?.kind,
        row?.data['machineId'],
        row?.data['definitionHash'],
        row?.data['choices'],
        row?.data['claim'],
      ],
      ['created', 'm', 'h', { n: 1 }, 'c1'],
    );
  },
};
