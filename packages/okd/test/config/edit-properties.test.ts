import fc from 'fast-check';
import { parse } from 'yaml';
import { comments } from '../../src/config/comments';
import { editForV2, editForV3, isV3, upgradeGate } from '../../src/config/storage-backend';

/*
 * Configurations as people leave them: sections in any order, keys of any value and style, comments and blank lines between,
 * the two keys absent or present with anything in them.
 */
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/);
const scalar = fc.oneof(
  word,
  fc.constantFrom(
    '""',
    "'true'",
    '"a # b"',
    "'it''s'",
    'True',
    '0755',
    '1e3',
    '~',
    'https://a.example:8443',
    'a: b'.replace(': ', ':'),
  ),
);
const comment = fc.stringMatching(/^[ -~]{0,20}$/).map((text) => `# ${text}`);
const noise = (indent: string) =>
  fc.array(
    fc.oneof(
      fc.constant(''),
      comment.map((text) => `${indent}${text}`),
    ),
    { maxLength: 2 },
  );

const argumentLines = (indent: string, name: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> =>
  fc
    .tuple(
      name,
      fc.array(scalar, { maxLength: 3 }),
      fc.constantFrom('block', 'deep', 'flow', 'null'),
      noise(indent),
    )
    .map(([key, values, style, before]) => {
      const list =
        style === 'null'
          ? [`${indent}${key}:`]
          : style === 'flow' || values.length === 0
            ? [`${indent}${key}: [${values.join(', ')}]`]
            : [
                `${indent}${key}:`,
                ...values.map((value) => `${indent}${style === 'deep' ? '  ' : ''}- ${value}`),
              ];
      return [...before, ...list];
    });

const ours = ['storage-backend', 'storage-media-type'];
const args = (childIndent: string, step: string): fc.Arbitrary<readonly string[]> => {
  const indent = childIndent + step;
  const names = fc.uniqueArray(fc.oneof(word, fc.constantFrom(...ours)), { maxLength: 5 });
  const block = names.chain((all) =>
    fc.tuple(...all.map((name) => argumentLines(indent, fc.constant(name)))).map((lines) => lines.flat()),
  );
  return fc.oneof(
    fc.constantFrom(
      [],
      [`${childIndent}apiServerArguments:`],
      [`${childIndent}apiServerArguments: {} # nothing`],
    ),
    block.map((lines) => [`${childIndent}apiServerArguments:`, ...lines]),
    names.map((all) => [
      `${childIndent}apiServerArguments: {${all.map((name) => `${name}: [x, "y z"]`).join(', ')}}`,
    ]),
  );
};

const section = (indent: string): fc.Arbitrary<readonly string[]> =>
  fc
    .tuple(word, fc.array(fc.tuple(word, scalar), { maxLength: 3 }), noise(indent))
    .map(([name, pairs, before]) => [
      `x-${name}:`,
      ...before,
      ...[...new Map(pairs)].map(([key, value]) => `${indent}${key}: ${value}`),
    ]);

const config: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('  ', '    ', ' '), fc.constantFrom('  ', '    ', '   '))
  .chain(([indent, step]) =>
    fc
      .tuple(
        fc.uniqueArray(section(indent), { maxLength: 3, selector: (lines) => lines[0] }),
        args(indent, step),
        noise(indent),
        fc.nat(3),
        fc.constantFrom('\n', ''),
      )
      .map(([sections, argLines, between, at, end]) => {
        const own = [
          'kubernetesMasterConfig:',
          ...between,
          `${indent}masterCount: 3`,
          ...argLines,
          `${indent}masterIP: 10.0.0.1`,
        ];
        return [...sections.slice(0, at), own, ...sections.slice(at)].flat().join('\n') + end;
      }),
  );

interface Config {
  kubernetesMasterConfig: { apiServerArguments?: Record<string, unknown> | null };
}

/** Without the two keys; absent, null and empty arguments are the same. */
function others(text: string): unknown {
  const value = parse(text) as Config;
  const { apiServerArguments, ...rest } = value.kubernetesMasterConfig;
  const kept = Object.entries(apiServerArguments ?? {}).filter(([name]) => !ours.includes(name));
  return { ...value, kubernetesMasterConfig: { ...rest, kept } };
}

const commentTexts = (text: string): readonly string[] => comments(text).map((one) => one.text);

/** Lines that say neither key nor anything about the arguments' own line must all be there, in order. */
function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const line of whole) if (line === part[at]) at += 1;
  return at === part.length;
}

describe.each([
  ['to v3', editForV3],
  ['back to v2', editForV2],
] as const)('%s', (direction, edit) => {
  test('changes the two keys and nothing else, keeps every comment, and is idempotent', () => {
    fc.assert(
      fc.property(config, (before) => {
        const { text } = edit(before);
        expect(others(text)).toEqual(others(before));
        expect(commentTexts(text)).toEqual(commentTexts(before));
        expect(edit(text)).toMatchObject({ text, changed: false });
        expect(isV3(text)).toBe(direction === 'to v3');
        expect(upgradeGate(text).passes).toBe(direction === 'to v3');
      }),
      { numRuns: 60 },
    );
  });

  test('leaves every line of every other section, and every comment line, where it was', () => {
    fc.assert(
      fc.property(config, (before) => {
        const untouched = before
          .split('\n')
          .filter((line) => /^\s*#|^x-|masterCount|masterIP|kubernetesMasterConfig/.test(line));
        expect(isSubsequence(untouched, edit(before).text.split('\n'))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
