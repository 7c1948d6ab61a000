import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

interface Test {
  readonly path: string;
  readonly context: {
    readonly config: { readonly cache: boolean };
    readonly hasteFS: { readonly getSize: (file: string) => number };
  };
}

const ROOT = path.join(__dirname, '..');
const LongestFirst = createRequire(__filename)('./setup/longest-first.cjs') as {
  readonly SECONDS: Readonly<Record<string, number>>;
  new (): { readonly sort: (tests: readonly Test[]) => readonly Test[] };
};

/** As jest has them on a fresh clone: no durations, and sizes. */
const inOrder = (sizes: Readonly<Record<string, number>>): readonly string[] => {
  const hasteFS = { getSize: (file: string) => sizes[path.relative(ROOT, file)] ?? 0 };
  const context = { config: { cache: false }, hasteFS };
  const tests = Object.keys(sizes).map((file) => ({ path: path.join(ROOT, file), context }));
  return new LongestFirst().sort(tests).map((test) => path.relative(ROOT, test.path));
};

test('what takes longest on a real cluster is started first, however small its file is', () => {
  const [shortest = '', longest = ''] = Object.entries(LongestFirst.SECONDS)
    .sort(([, a], [, b]) => a - b)
    .flatMap(([file], index, { length }) => (index === 0 || index === length - 1 ? [file] : []));
  expect(inOrder({ [shortest]: 9000, [longest]: 100 })).toEqual([longest, shortest]);
  // Nobody has said yet how long this one takes: it could be the longest.
  const unknown = 'packages/new/test/new.lab.test.ts';
  expect(inOrder({ [shortest]: 9000, [longest]: 100, [unknown]: 1 })).toEqual([unknown, longest, shortest]);
});

test('others go by their size', () => {
  const files = ['a', 'b', 'c'].map((name) => `packages/${name}/test/${name}.test.ts`);
  const [a = '', b = '', c = ''] = files;
  expect(inOrder({ [a]: 10, [b]: 30, [c]: 20 })).toEqual([b, c, a]);
});

test('every file whose seconds are known is there', () => {
  expect(Object.keys(LongestFirst.SECONDS).filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});
