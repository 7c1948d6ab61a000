import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { canonicalJson, verifyChain, type ChainVerdict, type JournalRow } from '@pawl/engine';
import { openStore } from '@pawl/store';
import { aRun, AT, newPath, removeFolders } from './store-folder';

afterAll(removeFolders);

const RUN = 'r1';
const COLUMNS = ['run', 'at', 'kind', 'data', 'prev', 'hash'] as const;

/** Rows with everything in them that may read alike in other bytes: escapes, exponents, text that is no ASCII. */
function written(): string {
  const path = newPath();
  const store = openStore(path);
  store.create(aRun(RUN));
  for (const data of [
    { text: 'ü \uFFFD \u0001\u001F "', list: [1e21, -0.5, true, null, {}] },
    { fffd: '\uFFFD\uFFFD', '\n': 1e-7 },
    { é: { deep: ['x'] } },
  ]) {
    store.commit({ run: RUN, claim: 'c1', at: AT, entries: [{ kind: 'outcome', data }] });
  }
  store.close();
  return path;
}

describe('after one byte of one row was changed in the database, verifying names that row', () => {
  const path = written();
  const before = rowsOf(path);
  const db = new Database(path);
  db.pragma('foreign_keys = OFF');
  db.exec('DROP TRIGGER journal_is_never_updated');
  const reader = openStore(path, { readonly: true });
  const verdict = (): ChainVerdict => verifyChain(reader.journal(RUN), reader.head(RUN));
  afterAll(() => {
    db.close();
    reader.close();
  });

  test('whole, it verifies', () => {
    expect(verdict()).toEqual({ ok: true, rows: 4, head: before.at(-1)?.hash });
  });

  test('any byte of any text', () => {
    const somewhere = fc.record({
      seq: fc.integer({ min: 1, max: before.length }),
      column: fc.constantFrom(...COLUMNS),
      byte: fc.nat(),
      flip: fc.integer({ min: 1, max: 255 }),
    });
    fc.assert(
      fc.property(somewhere, ({ seq, column, byte, flip }) => {
        const bytes = db
          .prepare<[number], Buffer>(`SELECT CAST(${column} AS BLOB) FROM journal WHERE seq = ?`)
          .pluck()
          .get(seq)!;
        const changed = Buffer.from(bytes);
        changed[byte % changed.length]! ^= flip;
        change(
          seq,
          column,
          'CAST(? AS TEXT)',
          changed,
          () => {
            expect(verdict()).toMatchObject({ ok: false, seq });
          },
          bytes,
        );
      }),
      { numRuns: 1500 },
    );
  });

  test('every other letter of an escape or an exponent that reads the same', () => {
    const text = before.map((row) => canonicalJson(row.data));
    for (const [index, was] of text.entries()) {
      for (const [at, letter] of Array.from(was).entries()) {
        if (!/[a-f]/i.test(letter)) continue;
        const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
        const forged = Array.from(was).with(at, other).join('');
        change(
          index + 1,
          'data',
          '?',
          forged,
          () => {
            expect(verdict()).toMatchObject({ ok: false, seq: index + 1 });
          },
          Buffer.from(was),
        );
      }
    }
  });

  test.each([2, 3, 4])('any bit of the number of row %d', (seq) => {
    for (let bit = 0; bit < 40; bit += 1) {
      const other = Number(BigInt(seq) ^ (1n << BigInt(bit)));
      // SQLite itself takes no number twice.
      if (other >= 1 && other <= before.length) continue;
      db.prepare('UPDATE journal SET seq = ? WHERE seq = ?').run(other, seq);
      expect(verdict()).toMatchObject({ ok: false, seq });
      db.prepare('UPDATE journal SET seq = ? WHERE seq = ?').run(seq, other);
    }
  });

  test('rows that are gone at the end are missed, and so is one that nobody wrote', () => {
    const last = db.prepare<[], Record<string, unknown>>('SELECT * FROM journal WHERE seq = 4').get()!;
    db.exec('DROP TRIGGER journal_is_never_deleted; DELETE FROM journal WHERE seq = 4');
    expect(verdict()).toMatchObject({ ok: false, seq: 4 });
    db.prepare('INSERT INTO journal VALUES (@run, @seq, @at, @kind, @data, @prev, @hash)').run(last);
    db.prepare('INSERT INTO journal VALUES (@run, 5, @at, @kind, @data, @prev, @hash)').run(last);
    expect(verdict()).toMatchObject({ ok: false, seq: 5 });
    db.exec('DELETE FROM journal WHERE seq = 5');
    expect(verdict()).toMatchObject({ ok: true });
  });

  function change(
    seq: number,
    column: string,
    as: string,
    to: Buffer | string,
    look: () => void,
    back: Buffer,
  ): void {
    const { changes } = db.prepare(`UPDATE journal SET ${column} = ${as} WHERE seq = ?`).run(to, seq);
    expect(changes).toBe(1);
    try {
      look();
    } finally {
      db.prepare(`UPDATE journal SET ${column} = CAST(? AS TEXT) WHERE seq = ?`).run(back, seq);
    }
  }
});

test('any byte of the file: the rows are as they were, or one is named, or the database is told to be damaged', () => {
  const path = written();
  const db = new Database(path);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  const bytes = readFileSync(path);
  const before = canonicalJson(rowsOf(path));
  const copy = `${path}.whole`;
  copyFileSync(path, copy);
  const seen = { same: 0, named: 0, damaged: 0 };
  // Page 1 is the schema; the journal has one of the others.
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(bytes);
      changed[at]! ^= flip;
      for (const rest of ['-wal', '-shm']) rmSync(`${path}${rest}`, { force: true });
      writeFileSync(path, changed);
      try {
        const verdict = verdictOf(path);
        if (verdict.ok) expect(canonicalJson(rowsOf(path))).toBe(before);
        seen[verdict.ok ? 'same' : 'named'] += 1;
      } catch (error) {
        if (!String(Reflect.get(Object(error), 'code')).startsWith('E_STORE')) throw error;
        seen.damaged += 1;
      }
    }),
    { numRuns: 200, examples: [...inNames(bytes), ...inPageHeads(bytes)] },
  );
  expect(seen.same).toBeGreaterThan(0);
});

/** A run of another name in an index would be told to be no run. */
function inNames(bytes: Buffer): readonly [number, number][] {
  return placesOf(RUN, bytes).map((at) => [at + 1, 1]);
}

/** How many cells a page holds, and where: rows read as NULL by it. */
function inPageHeads(bytes: Buffer): readonly [number, number][] {
  const size = bytes.readUInt16BE(16);
  return Array.from({ length: bytes.length / size - 1 }, (_, page) =>
    [3, 4, 5, 6].map((at) => (page + 1) * size + at),
  )
    .flat()
    .map((at) => [at, 1]);
}

function placesOf(text: string, bytes: Buffer): readonly number[] {
  const at = bytes.indexOf(text);
  return at === -1 ? [] : [at, ...placesOf(text, bytes.subarray(at + 1)).map((more) => at + 1 + more)];
}

function verdictOf(path: string): ChainVerdict {
  const store = openStore(path, { readonly: true });
  try {
    return verifyChain(store.journal(RUN), store.head(RUN));
  } finally {
    store.close();
  }
}

function rowsOf(path: string): readonly JournalRow[] {
  const store = openStore(path, { readonly: true });
  try {
    return store.journal(RUN);
  } finally {
    store.close();
  }
}
