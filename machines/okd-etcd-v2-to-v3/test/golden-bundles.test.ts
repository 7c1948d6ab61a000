import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { readBundle } from '@pawl/engine';
import { main, processIo } from 'pawl';
import { schemaFaults } from './helpers/schemas';

/**
 * Bundles that releases wrote on a real cluster (`fixtures/make-golden-bundles.ts`), of all three machines. What one release
 * has written every later one reads.
 */
const GOLDEN = path.join(__dirname, 'golden');
const bundles = readdirSync(GOLDEN).flatMap((release) =>
  readdirSync(path.join(GOLDEN, release))
    .filter((file) => file.endsWith('.bundle.gz'))
    .map((file) => [release, file.replace('.bundle.gz', ''), path.join(GOLDEN, release, file)] as const),
);
const STATE: Readonly<Record<string, string>> = { 'backup-checked': 'completed', restored: 'completed' };

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'pawl-bundles-'))));
afterAll(() => rmSync(folder, { recursive: true }));

test('there is one of every end, of every release', () => {
  const names = ['paused', 'in-doubt', 'completed', 'rolled-back', 'closed', 'backup-checked', 'restored'];
  for (const release of readdirSync(GOLDEN))
    expect(bundles.flatMap(([of, name]) => (of === release ? [name] : [])).toSorted()).toEqual(
      names.toSorted(),
    );
});

describe.each(bundles)('%s, %s', (_release, name, file) => {
  const text = gunzipSync(readFileSync(file)).toString('utf8');

  test('is whole, holds what it was made with, and needed no cleaning', () => {
    const { verdict, record, rows, cleaned } = readBundle(text);
    expect({ verdict, cleaned }).toMatchObject({ verdict: { ok: true, rows: rows.length }, cleaned: [] });
    expect(record.state).toBe(STATE[name] ?? name);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['created', 'intent', 'outcome']));
  });

  test('is shown by the command line', async () => {
    const plain = path.join(folder, `${name}.bundle`);
    writeFileSync(plain, text);
    const { exit, document } = await pawl('journal', '--import', plain, '--json');
    expect(schemaFaults(JSON.stringify(document))).toEqual([]);
    expect({ exit, ...document }).toMatchObject({
      exit: 0,
      outcome: 'verified',
      bundle: { state: STATE[name] ?? name },
    });
  });
});

async function pawl(
  ...argv: readonly string[]
): Promise<{ readonly exit: number; readonly document: Record<string, unknown> }> {
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const exit = await main(argv, { ...processIo(), stdout });
  return { exit, document: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown> };
}
