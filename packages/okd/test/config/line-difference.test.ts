import fc from 'fast-check';
import { lineDifference } from '../../src/config/line-difference';

const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }).map((all) => all.join('\n'));

test('equal texts do not differ', () => {
  expect(lineDifference('a\nb\n', 'a\nb\n')).toEqual([]);
});

test('lines added in the middle carry their number in the text after', () => {
  expect(lineDifference('a\nd\n', 'a\nb\nc\nd\n')).toEqual([
    { sign: '+', line: 2, text: 'b' },
    { sign: '+', line: 3, text: 'c' },
  ]);
});

test('a replaced line is one gone and one new', () => {
  expect(lineDifference('a\nb\nc', 'a\nx\nc')).toEqual([
    { sign: '-', line: 2, text: 'b' },
    { sign: '+', line: 2, text: 'x' },
  ]);
});

test('taking the new lines out of the one and the gone ones out of the other leaves the same text', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const changes = lineDifference(before, after);
      const rest = (text: string, sign: string): readonly string[] =>
        text.split('\n').filter((line, index) => {
          const change = changes.find((one) => one.sign === sign && one.line === index + 1);
          if (change !== undefined) expect(change.text).toBe(line);
          return change === undefined;
        });
      expect(rest(before, '-')).toEqual(rest(after, '+'));
    }),
  );
});
