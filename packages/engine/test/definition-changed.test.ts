import { definitionDifference } from '@pawl/engine';
import { openBench, removeFolders, RUN, type Bench } from './machines/bench';
import { effect, phase, tiny, tinyStart } from './machines/tiny';

afterAll(removeFolders);

const way = { rollback: [phase('back', [effect('undo')])] };
const undone = { undoneBy: 'back/undo' };
const before = tiny(
  [
    phase('one', [effect('cook', undone)], { rollbackAt: 'back' }),
    phase('two', [effect('eat')], { rollbackAt: 'back' }),
  ],
  way,
);
const after = tiny(
  [
    phase('one', [effect('cook', { ...undone, deadlineMs: 1234 })], { rollbackAt: 'back' }),
    phase('two', [effect('wash', {}), effect('eat')], { rollbackAt: 'back' }),
  ],
  way,
);
const without = tiny([phase('one', [effect('cook', undone)], { rollbackAt: 'back' })], way);

describe('a run that was made by another definition', () => {
  test('is not resumed, and the lines that differ are shown', async () => {
    const bench = await pausedRun(after);
    const error = await bench.engine.resume({ run: RUN }).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: 'E_DEFINITION_CHANGED' });
    expect((error as Error).message).toContain(
      '- step one/cook deadlineMs: 2000\n+ step one/cook deadlineMs: 1234\n',
    );
    expect(bench.store.load(RUN)?.claim.earlier).toEqual([]);
    bench.close();
  });

  test('is rolled back, entered by the name of its phase, and resumed in that if it is killed there', async () => {
    const bench = await pausedRun(after);
    expect(await bench.engine.rollback({ run: RUN })).toMatchObject({ outcome: 'rolled-back' });
    expect(bench.effects()).toEqual({ '- cook': 1, '- undo': 1 });
    expect(bench.store.load(RUN)?.checkpoint.definitionHash).toBe(after.definitionHash);
    bench.close();
  });

  test('has no way back in a version that lacks its phase, and is told which version has', async () => {
    const bench = await pausedRun(without);
    await expect(bench.engine.rollback({ run: RUN })).rejects.toMatchObject({
      code: 'E_NO_WAY_BACK',
      hint: 'Roll it back with version 1.0.0 of tiny.',
    });
    bench.close();
  });
});

test('a difference goes by path, the old line first', () => {
  expect(definitionDifference('a: 1\nb: 1\nc: 1', 'a: 2\nb: 1\nd: 1')).toEqual([
    '- a: 1',
    '+ a: 2',
    '- c: 1',
    '+ d: 1',
  ]);
  expect(definitionDifference('a', 'a')).toEqual([]);
  expect(definitionDifference('a\nb\nc', 'd', 2)).toEqual(['- a', '- b', '… and 2 lines more']);
});

async function pausedRun(now: typeof before): Promise<Bench> {
  const first = openBench(before);
  await first.engine.start({ ...tinyStart, pauseBefore: 'two' });
  first.close();
  return openBench(now, first.dir);
}
