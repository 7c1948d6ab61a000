import fc from 'fast-check';
import { CHAIN_START, hashRow, verifyChain, type JournalRow } from '@pawl/engine';

const json = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((value) => JSON.parse(JSON.stringify(value)) as JournalRow['data']);
const chains = fc.array(json, { minLength: 1, maxLength: 8 }).map(chain);

describe('the journal’s chain', () => {
  test('verifies as it was written, and after a round through JSON', () => {
    fc.assert(
      fc.property(chains, (rows) => {
        expect(verifyChain(rows)).toEqual({ ok: true, rows: rows.length, head: rows.at(-1)?.hash });
        expect(verifyChain(JSON.parse(JSON.stringify(rows)) as JournalRow[])).toMatchObject({ ok: true });
      }),
    );
  });

  test('names the row in which any one byte was changed', () => {
    fc.assert(
      fc.property(chains, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (rows, at, byte, flip) => {
        const index = at % rows.length;
        const row = rows[index]!;
        const text = Buffer.from(JSON.stringify(row));
        text[byte % text.length]! ^= flip;
        const changed = parsed(text);
        // No JSON any more, or the same data in other letters: nothing was forged.
        fc.pre(changed !== undefined && JSON.stringify(changed) !== JSON.stringify(row));
        const verdict = verifyChain(rows.map((each, i) => (i === index ? changed : each)));
        expect(verdict).toMatchObject({ ok: false });
        // A changed run name in the first row is seen there by its hash, like everything else.
        expect(verdict.ok ? 0 : verdict.seq).toBe(index + 1);
      }),
      { numRuns: 300 },
    );
  });

  test('a number that a changed digit made too large for JSON is a bad row, not a crash', () => {
    const rows = chain([{ a: 1 }, { b: 2e30 }]);
    const forged = rows.map((row, i) => (i === 1 ? { ...row, data: { b: Infinity } } : row));
    expect(verifyChain(forged)).toMatchObject({ ok: false, seq: 2 });
  });

  test('names the first row that is missing, doubled, moved or of another run', () => {
    const rows = chain([{ a: 1 }, { b: 2 }, { c: 3 }]);
    const [one, two, three] = rows as [JournalRow, JournalRow, JournalRow];
    expect(verifyChain([one, three])).toMatchObject({ ok: false, seq: 2 });
    expect(verifyChain([two, three])).toMatchObject({ ok: false, seq: 1 });
    expect(verifyChain([one, one, two])).toMatchObject({ ok: false, seq: 2 });
    expect(verifyChain([one, three, two])).toMatchObject({ ok: false, seq: 2 });
    expect(verifyChain([one, { ...two, run: 'other' }])).toMatchObject({ ok: false, seq: 2 });
    expect(verifyChain([])).toEqual({ ok: true, rows: 0, head: CHAIN_START });
  });

  test('is forged by whoever rewrites all that follows, but then the head differs', () => {
    const rows = chain([{ a: 1 }, { b: 2 }]);
    const forged = chain([{ a: 9 }, { b: 2 }]);
    expect(verifyChain(forged)).toMatchObject({ ok: true });
    expect(forged.at(-1)?.hash).not.toBe(rows.at(-1)?.hash);
  });
});

function chain(all: readonly JournalRow['data'][]): JournalRow[] {
  let prev = CHAIN_START;
  return all.map((data, index) => {
    const unsigned = {
      run: 'r',
      seq: index + 1,
      at: '2026-01-01T00:00:00Z',
      kind: 'outcome' as const,
      data,
      prev,
    };
    const row = { ...unsigned, hash: hashRow(unsigned) };
    prev = row.hash;
    return row;
  });
}

function parsed(bytes: Buffer): JournalRow | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null && 'data' in value ? (value as JournalRow) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
