import { InDoubt, StepBlocked, StepFailed, StepRefused, type JournalRow, type PawlError } from '@pawl/engine';
import {
  crashAt,
  openBench,
  ownersAre,
  removeFolders,
  RUN,
  type Bench,
  type BenchOptions,
} from './machines/bench';
import { effect, ON_ABC, oneShot, phase, read, tiny, tinyStart, type TinyPhase } from './machines/tiny';

afterAll(removeFolders);

const retry = { attempts: 3, delayMs: 1 };

describe('an attempt that fails', () => {
  test('is repeated as the policy says; then the run is paused, and a resume has new attempts', async () => {
    let tried = 0;
    const run = async (): Promise<never> => {
      tried += 1;
      throw new StepFailed('E_SOUR', 'sour', { hint: 'Take fresh milk.' });
    };
    const bench = open([phase('one', [effect('cook', { retry, run })])]);
    const result = await bench.engine.start(tinyStart);
    expect(result).toMatchObject({
      outcome: 'paused',
      step: 'cook',
      reason: { code: 'E_SOUR', message: 'sour' },
    });
    expect(tried).toBe(3);
    await bench.engine.resume({ run: RUN });
    expect(tried).toBe(6);
    expect(kinds(bench, 'retry')).toHaveLength(4);
    bench.close();
  });

  test('blocked: paused at once, whatever the policy', async () => {
    const bench = open([
      phase('one', [
        effect('cook', { retry, run: fails(new StepBlocked('E_SHUT', 'shut', { hint: 'Open it.' })) }),
      ]),
    ]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({
      outcome: 'paused',
      reason: { code: 'E_SHUT' },
    });
    expect(kinds(bench, 'retry')).toEqual([]);
    bench.close();
  });

  test('an error of any kind counts as failed, under its own code if it has one', async () => {
    const error = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    const bench = open([phase('one', [effect('cook', { run: fails(error) })])]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({
      reason: { code: 'ENOENT', message: 'no such file' },
    });
    bench.close();
  });

  test('facts that are no plain data are refused, not changed in silence', async () => {
    const run = async () => ({ at: new Date(0) }) as never;
    const bench = open([phase('one', [effect('cook', { run })])]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({
      outcome: 'paused',
      reason: { code: 'E_NOT_JSON' },
    });
    bench.close();
  });

  test('a deadline ends the attempt, aborts its signal and leaves its intent open for the next', async () => {
    let signalled = false;
    const ids: string[] = [];
    const run: ReturnType<typeof effect>['run'] = async ({ signal, intent }) => {
      ids.push(intent.id);
      if (ids.length === 2) return { done: true };
      signal.addEventListener('abort', () => (signalled = true));
      return await new Promise<never>(() => undefined);
    };
    const bench = open([phase('one', [effect('cook', { retry, deadlineMs: 20, run })])]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'completed' });
    expect(signalled).toBe(true);
    expect(ids[1]).toBe(ids[0]);
    bench.close();
  });
});

describe('a refusal', () => {
  const eat = phase('two', [effect('eat')], { rollbackAt: 'back' });
  const refuse = fails(new StepRefused('E_SMALL', 'too small'));

  test('before anything was changed ends the run as refused', async () => {
    const bench = open([phase('one', [read('look', refuse)]), phase('two', [effect('cook')])]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({
      outcome: 'refused',
      changed: false,
      phase: 'refused',
    });
    expect(await bench.engine.resume({ run: RUN }).catch(codeOf)).toBe('E_ENDED');
    bench.close();
  });

  test('by the first effect itself, too', async () => {
    const bench = open([phase('one', [effect('cook', { ...ON_ABC, run: refuse })])]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'refused', changed: false });
    bench.close();
  });

  test('on the way back pauses, even where nothing was changed', async () => {
    const machine = tiny(
      [phase('one', [effect('cook', { undoneBy: 'nothing changed' })], { rollbackAt: 'back' }), eat],
      {
        rollback: [phase('back', [effect('undo', { undoneBy: 'nothing changed', run: refuse })])],
      },
    );
    const bench = openBench(machine);
    await bench.engine.start({ ...tinyStart, pauseBefore: 'two' });
    expect(await bench.engine.rollback({ run: RUN })).toMatchObject({
      outcome: 'paused',
      phase: 'back',
      changed: false,
    });
    bench.close();
  });

  test('after an effect pauses', async () => {
    const bench = open([phase('one', [effect('cook')]), phase('two', [read('look', refuse)])]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'paused', changed: true });
    bench.close();
  });
});

describe('a fan-out with a target that fails', () => {
  test('lets those that have begun come to their end, begins no other, and goes on with the rest after a resume', async () => {
    let broken = true;
    const run: ReturnType<typeof effect>['run'] = async ({ target, hands }) => {
      if (target === 'a' && broken) throw new StepBlocked('E_SHUT', 'shut', { hint: 'Open it.' });
      await new Promise((resolve) => setImmediate(resolve));
      return { exit: await hands.change('cook') };
    };
    const bench = open([phase('one', [effect('cook', { ...ON_ABC, concurrency: 2, run })])]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({
      outcome: 'paused',
      reason: { code: 'E_SHUT' },
    });
    expect(bench.effects()).toEqual({ 'b cook': 1 });
    broken = false;
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
    expect(bench.effects()).toEqual({ 'a cook': 1, 'b cook': 1, 'c cook': 1 });
    bench.close();
  });

  test('says the worst of several failures first, and names all', async () => {
    const run: ReturnType<typeof effect>['run'] = async ({ target }) => {
      if (target === 'c') throw new InDoubt('E_WHO_KNOWS', 'who knows', []);
      throw new StepFailed('E_SOUR', `sour ${target}`, { hint: 'Take fresh milk.' });
    };
    const bench = open([phase('one', [effect('cook', { ...ON_ABC, run })])]);
    const { outcome, reason } = await bench.engine.start(tinyStart);
    expect({ outcome, code: reason?.code }).toEqual({ outcome: 'in-doubt', code: 'E_WHO_KNOWS' });
    expect(reason?.facts?.['failures']).toHaveLength(3);
    bench.close();
  });
});

describe('a host that can not be reached', () => {
  // E_JOB_RUNNING: a job that did not heed its deadline, either.
  test.each(['E_UNREACHABLE', 'E_JOB_RUNNING'])(
    '%s leaves the intent of an effect open: the next attempt takes up the same job',
    async (code) => {
      const ids: string[] = [];
      const run: ReturnType<typeof effect>['run'] = async ({ intent, hands }) => {
        ids.push(intent.id);
        const exit = await hands.change('cook');
        if (ids.length === 1) throw Object.assign(new Error('gone'), { code });
        return { exit };
      };
      const bench = open([phase('one', [effect('cook', { retry, run })])]);
      expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'completed' });
      expect(ids[1]).toBe(ids[0]);
      expect(bench.effects()).toEqual({ '- cook': 1 });
      bench.close();
    },
  );

  test('after a one-shot step began: the world is asked, patiently, and the step does not begin again', async () => {
    let cut = 0;
    const gone = Object.assign(new Error('gone'), { code: 'E_UNREACHABLE' });
    const step = oneShot('convert', 'one/copy', { retry });
    const bench = open([
      phase('one', [
        effect('copy'),
        {
          ...step,
          run: async (task: Parameters<typeof step.run>[0]) => {
            await step.run(task);
            throw gone;
          },
          probe: async (task: Parameters<typeof step.probe>[0]) => {
            const answer = await step.probe(task);
            if (answer.verdict === 'done' && (cut += 1) < 3) throw gone;
            return answer;
          },
        },
      ]),
    ]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'completed' });
    expect(cut).toBe(3);
    expect(bench.effects()).toEqual({ '- copy': 1, '- convert': 1 });
    expect(bench.store.intents(RUN, { phase: 'one', step: 'convert' })).toMatchObject([
      { state: 'succeeded', round: 1 },
    ]);
    bench.close();
  });
});

describe('a fence of another owner', () => {
  test('stops the session at once, and nothing is committed after it', async () => {
    const fenced = Object.assign(new Error('another claim'), { code: 'E_FENCED' });
    const run: ReturnType<typeof effect>['run'] = async ({ target }) => {
      if (target === 'b') throw fenced;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return {};
    };
    const bench = open([phase('one', [effect('cook', { ...ON_ABC, run })])]);
    expect(await bench.engine.start(tinyStart).catch(codeOf)).toBe('E_FENCED');
    expect(bench.store.journal(RUN).at(-1)).toMatchObject({ kind: 'intent' });
    expect(bench.store.intents(RUN, { open: true })).toHaveLength(3);
    bench.close();
  });
});

describe('the due time of a retry', () => {
  test('is a row: who comes back after a crash waits for what is left of it', async () => {
    let tried = 0;
    let now = Date.parse('2026-01-01T00:00:00Z');
    const run: ReturnType<typeof effect>['run'] = async () => {
      tried += 1;
      if (tried === 1) throw new StepFailed('E_SOUR', 'sour', { hint: 'Take fresh milk.' });
      return {};
    };
    const phases = [phase('one', [effect('cook', { retry: { attempts: 3, delayMs: 60_000 }, run })])];
    const clock = { now: () => new Date(now) };
    const first = open(phases, { ...clock, faultPoint: crashAt('tiny/one/cook@-/outcome:after-commit') });
    await expect(first.engine.start(tinyStart)).rejects.toThrow('crash');
    expect(first.store.intents(RUN)).toMatchObject([{ state: 'failed', due: '2026-01-01T00:01:00.000Z' }]);
    first.close();
    const second = openBench(tiny(phases), first.dir, { ...clock, owners: ownersAre('dead') });
    const resumed = second.engine.resume({ run: RUN });
    while (kinds(second, 'resumed').length === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(tried).toBe(1);
    now += 60_000;
    expect(await resumed).toMatchObject({ outcome: 'completed' });
    expect(tried).toBe(2);
    second.close();
  });
});

describe('a clock that is set', () => {
  const DAY = 86_400_000;

  test.each([
    ['back', -DAY],
    ['ahead', DAY],
  ])(
    '%s by a day between two attempts, or while one waits: the next is made all the same',
    async (_, jump) => {
      for (const jumps of ['between sessions', 'within one'] as const) {
        let [tried, skew] = [0, 0];
        const run: ReturnType<typeof effect>['run'] = async () => {
          tried += 1;
          if (tried < 3) throw new StepFailed('E_SOUR', 'sour', { hint: 'Take fresh milk.' });
          return {};
        };
        const phases = [phase('one', [effect('cook', { retry: { attempts: 3, delayMs: 20 }, run })])];
        const now = (): Date => new Date(Date.now() + skew);
        let crashed = false;
        const faultPoint = (name: string): void => {
          if (crashed || !name.endsWith('outcome:after-commit')) return;
          crashed = true;
          skew = jump;
          if (jumps === 'between sessions') throw new Error('crash');
        };
        const bench = open(phases, { now, faultPoint, owners: ownersAre('dead') });
        if (jumps === 'between sessions') {
          await expect(bench.engine.start(tinyStart)).rejects.toThrow('crash');
          expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
        } else expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'completed' });
        expect(tried).toBe(3);
        bench.close();
      }
    },
  );
});

describe('in doubt', () => {
  test('an unknown verdict rests until a person decides; ask-again asks again', async () => {
    let known = false;
    const step = oneShot('convert', 'one/copy', {});
    const probe: typeof step.probe = async (task) =>
      known ? await step.probe(task) : { verdict: 'unknown', round: 1, evidence: { seen: 'fog' } };
    const bench = open([phase('one', [effect('copy'), { ...step, probe }])]);
    const result = await bench.engine.start(tinyStart);
    expect(result).toMatchObject({
      outcome: 'in-doubt',
      reason: { code: 'E_IN_DOUBT', facts: { evidence: { seen: 'fog' } } },
    });
    expect(result.reason?.choices?.map((choice) => choice.name)).toEqual(['ask-again', 'start-over']);
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'in-doubt' });
    expect(await bench.engine.decide({ run: RUN, choice: 'done', reason: 'x' }).catch(codeOf)).toBe(
      'E_NO_SUCH_CHOICE',
    );
    known = true;
    const done = await bench.engine.decide({ run: RUN, choice: 'ask-again', reason: 'the fog has lifted' });
    expect(done.outcome).toBe('completed');
    expect(kinds(bench, 'decided')).toMatchObject([{ choice: 'ask-again', reason: 'the fog has lifted' }]);
    expect(await bench.engine.decide({ run: RUN, choice: 'ask-again', reason: 'x' }).catch(codeOf)).toBe(
      'E_NOT_IN_DOUBT',
    );
    bench.close();
  });

  test('start-over closes the round and makes a new one', async () => {
    let rounds = 0;
    const bench = open([
      phase('one', [
        effect('copy', { run: async () => ({ n: (rounds += 1) }) }),
        oneShot('convert', 'one/copy', {
          round: ({ facts }) => Number(facts.of('one/copy')['n']),
          probe: async ({ facts, hands }) => {
            const round = Number(facts.of('one/copy')['n']);
            const exit = hands.once(`convert-${round}`);
            return {
              verdict: exit === undefined ? 'untouched' : exit === 0 ? 'done' : 'unknown',
              round,
              evidence: {},
            };
          },
          run: async ({ hands, intent }) => {
            const round = intent.round ?? 0;
            const exit = await hands.change('convert', {
              once: `convert-${round}`,
              exit: round === 1 ? 7 : 0,
            });
            if (exit !== 0) throw new Error(`exit ${exit}`);
            return {};
          },
        }),
      ]),
    ]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'in-doubt' });
    expect(bench.engine.status(RUN).openIntents).toMatchObject([{ step: 'one/convert' }]);
    expect(await bench.engine.decide({ run: RUN, choice: 'start-over', reason: 'r' })).toMatchObject({
      outcome: 'completed',
    });
    expect(rounds).toBe(2);
    expect(bench.store.intents(RUN, { phase: 'one', step: 'convert' })).toMatchObject([
      { state: 'failed', round: 1 },
      { state: 'succeeded', round: 2 },
    ]);
    bench.close();
  });

  test('an answer about another round than the present one proves nothing', async () => {
    const probe = async () => ({ verdict: 'done' as const, round: 2, evidence: {} });
    const bench = open([phase('one', [effect('copy'), oneShot('convert', 'one/copy', { probe })])]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'in-doubt' });
    bench.close();
  });

  test('a step that never manages to begin pauses when its attempts are used up', async () => {
    let tried = 0;
    const run = async (): Promise<never> => {
      tried += 1;
      throw new StepFailed('E_SUDO', 'sudo was withdrawn', { hint: 'Give it back.' });
    };
    const bench = open([phase('one', [effect('copy'), oneShot('convert', 'one/copy', { retry, run })])]);
    expect(await bench.engine.start(tinyStart)).toMatchObject({
      outcome: 'paused',
      reason: {
        code: 'E_NOT_BEGUN',
        message: expect.stringMatching(/never began: sudo was withdrawn \(E_SUDO\)$/) as unknown,
        hint: expect.stringMatching(/Give it back\.$/) as unknown,
      },
    });
    expect(tried).toBe(3);
    expect(bench.store.intents(RUN, { phase: 'one', step: 'convert' })).toHaveLength(1);
    bench.close();
  });
});

function open(phases: readonly TinyPhase[], options: BenchOptions = {}): Bench {
  return openBench(tiny(phases), undefined, options);
}

function fails(error: Error): () => Promise<never> {
  return () => Promise.reject(error);
}

function kinds(bench: Bench, kind: JournalRow['kind']): readonly unknown[] {
  return bench.store
    .journal(RUN)
    .filter((row) => row.kind === kind)
    .map((row) => row.data);
}

function codeOf(error: unknown): string {
  return (error as PawlError).code;
}
