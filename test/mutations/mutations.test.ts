import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MUTATIONS } from './mutations';

const ROOT = path.join(__dirname, '../..');
const page = readFileSync(path.join(ROOT, 'docs/testing.md'), 'utf8');

/** Whether they are found is for `npm run test:mutations`; a list that no longer fits the code would show nothing there. */
test.each(MUTATIONS.map((each) => [each.name, each] as const))('%s: it can be made', (_, { edits, red }) => {
  const times = edits.map(
    ({ file, from }) => readFileSync(path.join(ROOT, file), 'utf8').split(from).length - 1,
  );
  expect(times).toEqual(edits.map(() => 1));
  expect(existsSync(path.join(ROOT, red.file))).toBe(true);
});

test('each stands in the table, with the test that finds it, and no other does', () => {
  const rows = MUTATIONS.map(({ name, invariant, red }) => [
    name,
    invariant,
    `\`${red.file}\`: ${red.title}${red.cell === undefined ? '' : `: ${red.cell}`}`,
  ]);
  const table = page.split('## Mutations')[1]?.split('\n## ')[0] ?? '';
  const cells = table
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (mutation|-)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(cells).toEqual(rows);
});
