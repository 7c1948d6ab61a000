import { verifyChain, type PawlError } from '@pawl/engine';
import { openBench, removeFolders, RUN } from './machines/bench';
import { linearMachine } from './machines/linear';
import { WIDE_CHOICES, wideMachine } from './machines/wide';

afterAll(removeFolders);

const start = { machineId: 'wide', run: RUN, choices: WIDE_CHOICES };

describe('a run of the linear machine', () => {
  test('performs each effect once and completes', async () => {
    const bench = openBench(linearMachine());
    const result = await bench.engine.start({ machineId: 'linear', run: RUN, choices: {} });
    expect(result).toEqual({ run: RUN, outcome: 'completed', changed: true, phase: 'completed' });
    expect(bench.effects()).toEqual({ '- water': 1, '- egg': 1, '- bite': 1 });
    expect(verifyChain(bench.store.journal(RUN))).toMatchObject({ ok: true });
    bench.close();
  });
});

describe('a run of the wide machine', () => {
  test('fans out, retries, starts over, and converts once per copy', async () => {
    const bench = openBench(wideMachine());
    const result = await bench.engine.start(start);
    expect(result).toMatchObject({ outcome: 'completed' });
    expect(bench.effects()).toEqual({
      ...{ 'a halt': 1, 'b halt': 1, 'c halt': 1 },
      ...{ '- copy-1': 1, 'a convert-1': 1, '- copy-2': 1, 'a convert-2': 1 },
      ...{ 'a paint': 1, 'b paint': 2, 'c paint': 1, 'a announce': 1 },
    });
    bench.close();
  });

  test('pauses before a phase, and rolls back from there with a barrier after each step', async () => {
    const bench = openBench(wideMachine());
    const paused = await bench.engine.start({ ...start, pauseBefore: 'finish' });
    expect(paused).toMatchObject({
      outcome: 'paused',
      phase: 'finish',
      step: 'announce',
      reason: { code: 'E_PAUSED' },
    });
    expect(bench.engine.status(RUN)).toMatchObject({
      state: 'paused',
      direction: 'forward',
      openIntents: [],
    });
    const back = await bench.engine.rollback({ run: RUN, reason: 'changed my mind' });
    expect(back).toMatchObject({ outcome: 'rolled-back', changed: true, phase: 'rolled-back' });
    const words = bench
      .lines()
      .slice(-9)
      .map((line) => line.slice(2));
    expect(words).toEqual(['unlock', 'sweep', 'go'].flatMap((word) => [word, word, word]));
    bench.close();
  });

  test('has no way back past its point of no return', async () => {
    const bench = openBench(wideMachine());
    await bench.engine.start(start);
    const error = await bench.engine.rollback({ run: RUN }).catch((each: unknown) => each as PawlError);
    expect(error).toMatchObject({ code: 'E_NO_WAY_BACK' });
    bench.close();
  });

  test('the third spent round pauses; a resume starts over', async () => {
    const bench = openBench(wideMachine());
    const paused = await bench.engine.start({ ...start, choices: { ...WIDE_CHOICES, spent: 3 } });
    expect(paused).toMatchObject({
      outcome: 'paused',
      phase: 'work',
      step: 'convert',
      reason: { code: 'E_SPENT' },
    });
    const done = await bench.engine.resume({ run: RUN });
    expect(done.outcome).toBe('completed');
    expect(bench.effects()).toMatchObject({ 'a convert-1': 1, 'a convert-3': 1, 'a convert-4': 1 });
    bench.close();
  });
});
