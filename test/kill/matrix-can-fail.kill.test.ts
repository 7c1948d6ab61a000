import { removeFolders } from './runner/folders';
import { killMatrix } from './runner/matrix';
import { subjectOf } from './subjects';
import { whyNoWorld } from './world';

jest.setTimeout(10 * 60_000);
afterAll(removeFolders);

const may = whyNoWorld() === undefined ? test : test.skip;

may('a change that is not made through the guard is made twice, and the matrix says so', async () => {
  expect(
    await failuresOf('small-not-idempotent', 'set-aside/rename@h2/outcome:before-commit/resume'),
  ).toContain('+ 2 × h2 mv member aside');
});

may('a way back that forgets something is told what', async () => {
  expect(await failuresOf('small-forgetful', 'strike/make-copy@h2/outcome:after-commit/rollback')).toContain(
    '+ h2 /var/lib/data/copy: there',
  );
});

async function failuresOf(id: string, only: string): Promise<readonly string[]> {
  const options = { every: 1, only, backFrom: ['strike'], twiceEvery: Infinity, schedules: 0, workers: 1 };
  const { failed } = await killMatrix(subjectOf(id), options);
  return [...failed.values()].flat();
}
