import { definitionDifference, type Facts } from '@pawl/engine';
import { openBench, removeFolders, RUN, type Bench } from './machines/bench';
import { effect, phase, read, tiny, tinyStart } from './machines/tiny';

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

describe('a run that was begun by other commands under the same definition', () => {
  const steps = [effect('cook', undone), effect('eat', { describe: (scope) => [eats(scope.facts)] })];
  const eats = (facts: Facts): string => `eat ${JSON.stringify(facts.of('one/look'))}`;
  const asked = (lines: readonly string[]): typeof before =>
    tiny(
      [
        phase('one', [read('look', () => Promise.resolve({ dish: 'soup' }))], { rollbackAt: 'back' }),
        phase('two', [...steps, effect('wash', { describe: () => lines })], { rollbackAt: 'back' }),
        phase('three', [effect('sleep')], { rollbackAt: 'back' }),
      ],
      way,
    );
  const one = asked(['wash up', 'dry']);
  const other = asked(['break it', 'dry']);

  test('is not resumed, nor decided; the lines that differ are shown, and nothing is written', async () => {
    expect(other.definitionHash).toBe(one.definitionHash);
    const bench = await pausedRun(other, one, 'three');
    const before = bench.store.head(RUN);
    const difference = ['- two/wash@-: wash up', '+ two/wash@-: break it'];
    const refused = { code: 'E_PLAN_CHANGED', facts: { difference } };
    await expect(bench.engine.resume({ run: RUN })).rejects.toMatchObject(refused);
    const decided = bench.engine.decide({ run: RUN, choice: 'ask-again', reason: 'r' });
    await expect(decided).rejects.toMatchObject(refused);
    expect(bench.store.head(RUN)).toEqual(before);
    bench.close();
  });

  test('is rolled back by them, and resumed by those that began it', async () => {
    const bench = await pausedRun(other, one, 'three');
    expect(await bench.engine.rollback({ run: RUN })).toMatchObject({ outcome: 'rolled-back' });
    bench.close();
    const same = await pausedRun(asked(['wash up', 'dry']), one, 'three');
    expect(await same.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
    same.close();
  });

  test('the plan stands once in its journal, with what was known when the first effect began', async () => {
    const bench = await pausedRun(one, one, 'three');
    const planned = bench.store.journal(RUN).filter(({ data }) => data['plan'] !== undefined);
    expect(planned.map(({ data }) => [data['step'], data['plan']])).toEqual([
      [
        'two/cook',
        {
          'two/cook@-': 'do it',
          'two/eat@-': 'eat {"dish":"soup"}',
          'two/wash@-': 'wash up\ndry',
          'three/sleep@-': 'do it',
          'back/undo@-': 'do it',
        },
      ],
    ]);
    bench.close();
  });

  test('where nothing was begun, there is nothing to hold it against', async () => {
    const bench = await pausedRun(other, one, 'two');
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
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

async function pausedRun(now: typeof before, begun = before, pauseBefore = 'two'): Promise<Bench> {
  const first = openBench(begun);
  await first.engine.start({ ...tinyStart, pauseBefore });
  first.close();
  return openBench(now, first.dir);
}
