import { bytes, cut, duration, grouped, table, wrap } from '../src/render/layout';

test.each([
  [0, '0 s'],
  [59.4, '59 s'],
  [60, '1 min 00 s'],
  [3599, '59 min 59 s'],
  [3725, '1 h 02 min'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [28 * 1024 * 1024, '28.0 MiB'],
])('%d bytes are %s', (count, text) => expect(bytes(count)).toBe(text));

test('thousands are grouped', () =>
  expect([999, 1000, 30000, 1234567].map(grouped)).toEqual(['999', '1 000', '30 000', '1 234 567']));

test('text is broken at spaces, and a long word is left whole', () => {
  expect(wrap('one two three four', 9)).toBe('one two\nthree\nfour');
  expect(wrap('see /var/lib/pawl/controller/pawl.db now', 12, 2, 2)).toBe(
    '  see\n    /var/lib/pawl/controller/pawl.db\n    now',
  );
});

test('columns are as wide as their widest cell', () => {
  expect(
    table([
      ['a', 'bbb', 'c'],
      ['aaaa', 'b', 'cc'],
    ]),
  ).toBe('a     bbb  c\naaaa  b    cc');
});

test('a line is cut to its width', () => {
  expect(cut('abcdef', 6)).toBe('abcdef');
  expect(cut('abcdefg', 6)).toBe('abcde…');
});
