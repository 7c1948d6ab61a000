import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, exitOfError, exitOfResult, isMapped } from '../src/exit-codes';

const ROOT = join(__dirname, '..', '..', '..');

/** Every code in the sources of the product, with a place where it stands. */
function codes(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const folders = [...listed('packages').filter((name) => name !== 'packages/lab'), ...listed('machines')];
  for (const file of folders.flatMap((name) => sources(join(ROOT, name, 'src'))))
    for (const [, code] of readFileSync(file, 'utf8').matchAll(/'(E_[A-Z0-9_]+)'/g))
      if (code !== undefined && !found.has(code)) found.set(code, file.slice(ROOT.length + 1));
  return found;
}

const listed = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`);

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

test('every error code in the sources has an exit code', () => {
  const found = codes();
  expect(found.size).toBeGreaterThan(30);
  expect([...found].filter(([code]) => !isMapped(code)).map(([code, file]) => `${code} (${file})`)).toEqual(
    [],
  );
});

test('the exit codes are what they were in the first release', () => {
  expect(EXIT).toEqual({
    done: 0,
    internal: 1,
    usage: 2,
    refused: 3,
    paused: 4,
    inDoubt: 5,
    rolledBack: 6,
    owned: 7,
    changed: 8,
    store: 9,
  });
});

test.each([
  ['completed', 0],
  ['refused', 3],
  ['paused', 4],
  ['in-doubt', 5],
  ['rolled-back', 6],
  ['closed', 0],
] as const)('a run that ends %s is exit %d', (outcome, exit) => expect(exitOfResult({ outcome })).toBe(exit));

test('a run that rests because another owns it is exit 7', () => {
  expect(exitOfResult({ outcome: 'refused', reason: { code: 'E_FENCED', message: '' } })).toBe(7);
});

test('an error that nobody thought of is internal', () => expect(exitOfError('E_NEVER_HEARD')).toBe(1));

test('a way back that was asked for has done what was wanted', () => {
  expect(exitOfResult({ outcome: 'rolled-back' }, true)).toBe(0);
  expect(exitOfResult({ outcome: 'paused' }, true)).toBe(4);
});
