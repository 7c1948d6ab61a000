import type { JournalRow } from '@pawl/engine';
import { crashAt, openBench, ownersAre, removeFolders, RUN, type Bench } from './machines/bench';
import { effect, ON_ABC, oneShot, phase, tiny, tinyStart } from './machines/tiny';

afterAll(removeFolders);

describe('a pause', () => {
  test('by the signal comes at the next safe point: what has begun comes to its end, nothing else begins', async () => {
    const stop = new AbortController();
    const run: ReturnType<typeof effect>['run'] = async ({ target, hands }) => {
      if (target === 'a') stop.abort();
      return { exit: await hands.change('cook') };
    };
    const machine = tiny([phase('one', [effect('cook', { ...ON_ABC, concurrency: 1, run }), effect('eat')])]);
    const bench = openBench(machine, undefined, { signal: stop.signal });
    expect(await bench.engine.start(tinyStart)).toMatchObject({
      outcome: 'paused',
      step: 'cook',
      reason: { code: 'E_PAUSED' },
    });
    expect(bench.effects()).toEqual({ 'a cook': 1 });
    expect(bench.engine.status(RUN)).toMatchObject({
      openIntents: [],
      stateValue: { forward: { one: { cook: 'paused' } } },
    });
    bench.close();
    const again = openBench(machine, bench.dir);
    expect(await again.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
    expect(again.effects()).toEqual({ 'a cook': 1, 'b cook': 1, 'c cook': 1, '- eat': 1 });
    again.close();
  });

  test('asked for by a row is taken by the owner, and answered by its pause', async () => {
    const run: ReturnType<typeof effect>['run'] = async ({ hands }) => {
      bench.engine.pause(RUN, 'a colleague');
      return { exit: await hands.change('cook') };
    };
    const bench = openBench(tiny([phase('one', [effect('cook', { run }), effect('eat')])]));
    expect(await bench.engine.start(tinyStart)).toMatchObject({
      ...{ outcome: 'paused', step: 'eat' },
      reason: { message: 'a colleague asked for a pause' },
    });
    expect(bench.store.requests(RUN)).toEqual([]);
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
    bench.close();
  });

  test('asked for after the run had come to rest does not stop a later resume', async () => {
    const machine = tiny([phase('one', [effect('cook')]), phase('two', [effect('eat')])]);
    const bench = openBench(machine);
    await bench.engine.start({ ...tinyStart, pauseBefore: 'two' });
    bench.engine.pause(RUN, 'a colleague');
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
    bench.close();
  });

  test('before a phase is not forgotten by a crash, and comes once', async () => {
    const machine = tiny([phase('one', [effect('cook')]), phase('two', [effect('eat')])]);
    const first = openBench(machine, undefined, {
      faultPoint: crashAt('tiny/one/cook@-/outcome:before-commit'),
    });
    await expect(first.engine.start({ ...tinyStart, pauseBefore: 'two' })).rejects.toThrow('crash');
    first.close();
    const second = openBench(machine, first.dir, { owners: ownersAre('dead') });
    expect(await second.engine.resume({ run: RUN })).toMatchObject({
      outcome: 'paused',
      phase: 'two',
      step: 'eat',
    });
    expect(second.effects()).toEqual({ '- cook': 1 });
    expect(await second.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
    second.close();
  });

  test('before an unknown phase is refused before a run is made', async () => {
    const bench = openBench(tiny([phase('one', [effect('cook')])]));
    await expect(bench.engine.start({ ...tinyStart, pauseBefore: 'three' })).rejects.toMatchObject({
      code: 'E_NO_SUCH_PHASE',
    });
    expect(bench.engine.runs()).toEqual([]);
    bench.close();
  });

  test('between the answer of a probe and the start of its one-shot step: it does not start', async () => {
    const step = oneShot('convert', 'one/copy', {});
    const probe: typeof step.probe = async (task) => {
      if (rows(bench, 'paused').length === 0) bench.engine.pause(RUN, 'me');
      return await step.probe(task);
    };
    const bench = openBench(tiny([phase('one', [effect('copy'), { ...step, probe }])]));
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'paused', step: 'convert' });
    expect(bench.effects()).toEqual({ '- copy': 1 });
    expect(rows(bench, 'answer')).toHaveLength(1);
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
    expect(bench.effects()).toEqual({ '- copy': 1, '- convert': 1 });
    bench.close();
  });

  test('after the answer that let a one-shot step start: it starts, and the pause comes behind it', async () => {
    const machine = tiny([phase('one', [effect('copy'), oneShot('convert', 'one/copy', {}), effect('eat')])]);
    const bench = openBench(machine, undefined, {
      faultPoint: (name) => {
        if (name === 'tiny/one/convert@-/answer:after-commit' && rows(bench, 'answer').length === 1)
          bench.engine.pause(RUN, 'me');
      },
    });
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'paused', step: 'eat' });
    expect(bench.effects()).toEqual({ '- copy': 1, '- convert': 1 });
    bench.close();
  });
});

function rows(bench: Bench, kind: JournalRow['kind']): readonly JournalRow[] {
  return bench.store.journal(RUN).filter((row) => row.kind === kind);
}
