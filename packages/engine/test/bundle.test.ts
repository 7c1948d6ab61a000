import fc from 'fast-check';
import {
  canonicalJson,
  hashRow,
  CHAIN_START,
  readBundle,
  sha256,
  writeBundle,
  type BundleParts,
  type JournalRow,
  type JsonObject,
  type RunRecord,
} from '@pawl/engine';

const CANARY = 'canary-7f3e9a41';
const DEFINITION = 'machine id: "toy"';
const parts = bundleOf([
  { definitionHash: sha256(DEFINITION), machineId: 'toy' },
  { phase: 'one', direction: 'forward' },
  { step: 'one/look', facts: { n: 1 } },
]);

test('what was written is read: the rows as they were hashed, what they belong to, and that the chain is whole', () => {
  const { text, cleaned } = writeBundle(parts);
  expect(cleaned).toEqual([]);
  expect(readBundle(text)).toMatchObject({
    rows: parts.rows,
    record: parts.record,
    definition: DEFINITION,
    madeBy: 'pawl 0.0.0',
    cleaned: [],
    verdict: { ok: true, rows: 3, head: parts.head.hash },
  });
});

test('anyone can follow the chain with sha256 and the lines alone', () => {
  const lines = writeBundle(parts).text.trimEnd().split('\n').slice(1, -1);
  for (const line of lines) {
    const { hash, ...row } = JSON.parse(line) as JournalRow;
    expect(sha256(canonicalJson(row))).toBe(hash);
  }
});

test('whichever byte is changed on its way is noticed', () => {
  const { text } = writeBundle(parts);
  const bytes = Buffer.from(text);
  fc.assert(
    fc.property(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const forged = Buffer.from(bytes);
      forged[at]! ^= flip;
      expect(outcome(forged.toString('utf8'))).not.toBe('whole');
    }),
    { numRuns: 500 },
  );
});

test('a changed row, a missing one and one that was put in are named', () => {
  const lines = writeBundle(parts).text.split('\n');
  const bad = (change: (lines: string[]) => void): string => {
    const copy = [...lines];
    change(copy);
    return outcome(copy.join('\n'));
  };
  expect(bad((all) => (all[2] = all[2]!.replace('"one"', '"two"')))).toBe('row 2');
  expect(bad((all) => (all[2] = 'not a row'))).toBe('row 2');
  expect(bad((all) => all.splice(2, 1))).toBe('row 2');
  expect(bad((all) => all.splice(2, 0, all[2]!))).toBe('row 3');
  // The last rows and the end with them, or the last row alone.
  expect(bad((all) => all.splice(3))).toBe('row 3');
  expect(bad((all) => all.splice(3, 1))).toBe('row 3');
});

test('a journal that ends before the run’s record does is told: rows are missing at its end', () => {
  const { text } = writeBundle({ ...parts, rows: parts.rows.slice(0, 2) });
  expect(outcome(text)).toBe('row 3');
});

test('a row with a secret in it is cleaned, and said to be: its place is still checked, the rows around it in full', () => {
  const spoilt = bundleOf([{ definitionHash: sha256(DEFINITION) }, { said: CANARY }, { n: 1 }]);
  const { text, cleaned } = writeBundle({ ...spoilt, redact: withoutCanary });
  expect(text).not.toContain(CANARY);
  expect(cleaned).toEqual([2]);
  expect(readBundle(text)).toMatchObject({ cleaned: [2], verdict: { ok: true } });
  expect(outcome(text.replace('"n":1', '"n":2'))).toBe('row 3');
  // Not to be had by changing the list: a row that is said to be whole has to match its hash.
  expect(outcome(text.replace('"cleaned":[2]', '"cleaned":[]'))).toBe('row 2');
});

test('what is added beside the rows is cleaned as well', () => {
  const record: RunRecord = { ...parts.record, reason: { code: 'E_X', message: CANARY } };
  const { text } = writeBundle({ ...parts, record, redact: withoutCanary });
  expect(text).not.toContain(CANARY);
  expect(outcome(text)).toBe('whole');
});

test.each([
  ['nothing', ''],
  ['something else', '{"schema":"pawl/journal/1"}\n'],
  ['a database', 'SQLite format 3\0'],
  ['a header without a run', '{"schema":"pawl/bundle/1"}\n'],
])('%s is no bundle', (_, text) => {
  expect(() => readBundle(text)).toThrow(expect.objectContaining({ code: 'E_BUNDLE' }) as Error);
});

test('a bundle of a later format is refused by its name', () => {
  const text = writeBundle(parts).text.replace('pawl/bundle/1', 'pawl/bundle/2');
  expect(() => readBundle(text)).toThrow(/later format: pawl\/bundle\/2/);
});

test('a header of another run or another definition is refused, also one that was made to fit', () => {
  const stranger = { ...parts, record: { ...parts.record, run: 'toy-2' } };
  expect(() => readBundle(writeBundle(stranger).text)).toThrow(/rows are of run toy-1/);
  const other = `${DEFINITION}\nmore: 1`;
  const redefined = { ...parts, definition: other };
  expect(() => readBundle(writeBundle(redefined).text)).toThrow(/not the one that it names/);
  const record = { ...parts.record, definitionHash: sha256(other) };
  expect(() => readBundle(writeBundle({ ...redefined, record }).text)).toThrow(/another definition/);
});

function outcome(text: string): string {
  try {
    const { verdict } = readBundle(text);
    return verdict.ok ? 'whole' : `row ${verdict.seq}`;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

function withoutCanary(said: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(said).replaceAll(CANARY, '…')) as JsonObject;
}

function bundleOf(data: readonly JsonObject[]): BundleParts {
  const rows: JournalRow[] = [];
  for (const each of data) {
    const row = {
      run: 'toy-1',
      seq: rows.length + 1,
      at: '2026-11-24T10:00:00.000Z',
      kind: rows.length === 0 ? ('created' as const) : ('outcome' as const),
      data: each,
      prev: rows.at(-1)?.hash ?? CHAIN_START,
    };
    rows.push({ ...row, hash: hashRow(row) });
  }
  const owner = { who: 'op', host: 'h', pid: 1, startTime: '', bootId: '', database: '/db' };
  const of = { machineId: 'toy', machineVersion: '1.0.0', definitionHash: sha256(DEFINITION) };
  const at = '2026-11-24T10:00:00.000Z';
  return {
    record: {
      ...{ run: 'toy-1', ...of, choices: {}, state: 'completed', createdAt: at, updatedAt: at },
      checkpoint: { ...of, seq: rows.length, snapshot: { value: 'completed' } },
      claim: { claim: '00', earlier: [], owner, at },
    },
    definition: DEFINITION,
    rows,
    head: { seq: rows.length, hash: rows.at(-1)?.hash ?? CHAIN_START },
    madeBy: 'pawl 0.0.0',
    madeAt: at,
    redact: (said) => said,
  };
}
