import { comments } from '../../src/config/comments';

test('comments are found wherever they stand, and only they', () => {
  const text = '# a\nb: "# no" # c\nd: [x, # e\n  y]\nf: |\n  # no\n# g\n';
  expect(comments(text).map((one) => one.text)).toEqual(['# a', '# c', '# e', '# g']);
  expect(comments(text).every((one) => text.startsWith(one.text, one.offset))).toBe(true);
});
