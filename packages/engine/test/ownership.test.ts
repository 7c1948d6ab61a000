import { InDoubt, PawlError } from '@pawl/engine';
import { crashAt, openBench, ownersAre, removeFolders, RUN } from './machines/bench';
import { effect, ON_ABC, oneShot, phase, tiny, tinyStart } from './machines/tiny';

afterAll(removeFolders);

const machine = tiny([phase('one', [effect('cook'), effect('eat')])]);
const crash = crashAt('tiny/one/eat@-/intent:after-commit');

describe('a run whose owner is gone', () => {
  test('says crashed where the owner is known to be dead, and is resumed', async () => {
    const dir = await crashed();
    const bench = openBench(machine, dir, { owners: ownersAre('dead') });
    expect(bench.engine.status(RUN)).toMatchObject({ state: 'crashed', openIntents: [{ step: 'one/eat' }] });
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
    expect(bench.store.load(RUN)?.claim.earlier).toHaveLength(1);
    bench.close();
  });

  test.each(['alive', 'elsewhere'] as const)('%s: is taken over by name only', async (liveness) => {
    const dir = await crashed();
    const bench = openBench(machine, dir, { owners: ownersAre(liveness) });
    const before = bench.store.journal(RUN).length;
    await expect(bench.engine.resume({ run: RUN })).rejects.toMatchObject({ code: 'E_OWNED' });
    expect(bench.store.journal(RUN)).toHaveLength(before);
    expect(await bench.engine.resume({ run: RUN, takeOver: true })).toMatchObject({ outcome: 'completed' });
    bench.close();
  });

  test('whose session ended in this very process is resumed by the same engine', async () => {
    let broken = true;
    const faultPoint = (name: string): void => {
      if (broken && name.includes('/eat@')) throw new Error('crash');
    };
    const bench = openBench(machine, undefined, { faultPoint });
    await expect(bench.engine.start(tinyStart)).rejects.toThrow('crash');
    broken = false;
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
    bench.close();
  });
});

describe('a one-shot step whose owner died', () => {
  test.each(['answer:after-commit', 'outcome:before-commit'])(
    'at %s is asked about before anything else',
    async (boundary) => {
      const told: string[] = [];
      const step = oneShot('convert', 'one/copy', {});
      const machineOf = (name: string): ReturnType<typeof tiny> =>
        tiny([
          phase('one', [
            effect('copy'),
            {
              ...step,
              probe: async (task: Parameters<typeof step.probe>[0]) => {
                told.push(`${name} asks`);
                return await step.probe(task);
              },
              run: async (task: Parameters<typeof step.run>[0]) => {
                told.push(`${name} runs`);
                return await step.run(task);
              },
            },
          ]),
        ]);
      const faultPoint = crashAt(`tiny/one/convert@-/${boundary}`);
      const first = openBench(machineOf('first'), undefined, { faultPoint });
      await expect(first.engine.start(tinyStart)).rejects.toThrow('crash');
      first.close();
      const second = openBench(machineOf('second'), first.dir, { owners: ownersAre('dead') });
      expect(await second.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
      expect(told.find((each) => each.startsWith('second'))).toBe('second asks');
      expect(second.effects()).toEqual({ '- copy': 1, '- convert': 1 });
      expect(second.store.intents(RUN, { phase: 'one', step: 'convert' })).toHaveLength(1);
      second.close();
    },
  );
});

describe('an owner that was taken over', () => {
  test('is refused at its next write, and writes nothing more', async () => {
    const other = openBench(machine);
    let asleep: Promise<unknown> = Promise.resolve();
    const slow = tiny([
      phase('one', [
        effect('cook', {
          run: async ({ hands }) => {
            if (!taken) {
              taken = true;
              asleep = other.engine.resume({ run: RUN, takeOver: true });
              await asleep;
            }
            return { exit: await hands.change('cook') };
          },
        }),
        effect('eat'),
      ]),
    ]);
    let taken = false;
    const bench = openBench(slow, other.dir);
    await expect(bench.engine.start(tinyStart)).rejects.toMatchObject({ code: 'E_CLAIM_LOST' });
    expect(await asleep).toMatchObject({ outcome: 'completed' });
    expect(bench.store.load(RUN)?.state).toBe('completed');
    // Both worked under the same intent, so the world saw the effect once.
    expect(bench.effects()).toEqual({ '- cook': 1, '- eat': 1 });
    bench.close();
    other.close();
  });
});

describe('the hosts at the start of a session', () => {
  test('know a job that the database does not: in doubt, nothing goes forward, until they agree', async () => {
    const dir = await crashed();
    let stray = [{ target: 'a', intent: '0099.one.eat.-.7', state: 'exited' as const }];
    const fleet = { attach: async () => stray };
    const bench = openBench(machine, dir, { owners: ownersAre('dead'), fleet });
    const result = await bench.engine.resume({ run: RUN });
    expect(result).toMatchObject({
      outcome: 'in-doubt',
      reason: {
        code: 'E_JOBS_UNKNOWN',
        facts: { jobs: ['0099.one.eat.-.7 on a'] },
        hint: expect.stringMatching(
          `resume --from-hosts -i INVENTORY ${RUN} --db ANOTHER-FILE.*unfence -i INVENTORY ${RUN} --reason WHY`,
        ) as unknown,
      },
    });
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'in-doubt' });
    expect(bench.effects()).toEqual({ '- cook': 1 });
    stray = [];
    expect(await bench.engine.decide({ run: RUN, choice: 'ask-again', reason: 'put back' })).toMatchObject({
      outcome: 'completed',
    });
    bench.close();
  });

  test('can’t be reached: the run is paused, and resumed later where it was', async () => {
    const dir = await crashed();
    let up = false;
    const attach = async () => {
      if (!up) throw new PawlError('E_UNREACHABLE', 'etcd1 does not answer');
      return [];
    };
    const bench = openBench(machine, dir, { owners: ownersAre('dead'), fleet: { attach } });
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({
      outcome: 'paused',
      reason: { code: 'E_UNREACHABLE' },
    });
    up = true;
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
    expect(bench.effects()).toEqual({ '- cook': 1, '- eat': 1 });
    bench.close();
  });

  test('lack a fence that ought to be there: in doubt', async () => {
    const dir = await crashed();
    const attach = () => Promise.reject(new InDoubt('E_FENCE_GONE', 'no fence on a', []));
    const bench = openBench(machine, dir, { owners: ownersAre('dead'), fleet: { attach } });
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({
      outcome: 'in-doubt',
      reason: { code: 'E_FENCE_GONE' },
    });
    bench.close();
  });

  test('are another’s: thrown, and nothing is committed but the claim', async () => {
    const attach = () => Promise.reject(new PawlError('E_FENCED', 'a carries the fence of run r2'));
    const bench = openBench(machine, undefined, { fleet: { attach } });
    await expect(bench.engine.start(tinyStart)).rejects.toMatchObject({ code: 'E_FENCED' });
    expect(bench.store.journal(RUN).map((row) => row.kind)).toEqual(['created']);
    bench.close();
  });

  test('still run something when a rollback is asked for: it is waited for', async () => {
    const wayBack = tiny(
      [phase('one', [effect('cook', { undoneBy: 'back/undo' }), effect('eat')], { rollbackAt: 'back' })],
      {
        rollback: [phase('back', [effect('undo')])],
      },
    );
    const first = openBench(wayBack, undefined, { faultPoint: crash });
    await expect(first.engine.start(tinyStart)).rejects.toThrow('crash');
    const intent = first.store.intents(RUN, { open: true })[0]?.id ?? '';
    first.close();
    let looks = 0;
    const attach = async () => [
      { target: '-', intent, state: (looks += 1) < 2 ? ('running' as const) : ('exited' as const) },
    ];
    const bench = openBench(wayBack, first.dir, { owners: ownersAre('dead'), fleet: { attach } });
    expect(await bench.engine.rollback({ run: RUN })).toMatchObject({ outcome: 'rolled-back' });
    expect(looks).toBe(2);
    expect(bench.effects()).toEqual({ '- cook': 1, '- undo': 1 });
    expect(bench.store.intents(RUN, { open: true })).toEqual([]);
    bench.close();
  });
});

describe('letting go', () => {
  test('happens whatever the session came to, and its error does not hide the first one', async () => {
    const detach = () => Promise.reject(new Error('socket'));
    const bench = openBench(tiny([phase('one', [effect('cook', { ...ON_ABC, run: fenced })])]), undefined, {
      fleet: { detach },
    });
    const error = await bench.engine.start(tinyStart).catch((each: unknown) => each as PawlError);
    expect(error).toMatchObject({
      code: 'E_FENCED',
      cause: { errors: [{ code: 'E_FENCED' }, { message: 'socket' }] },
    });
    bench.close();
  });
});

function fenced(): Promise<never> {
  return Promise.reject(new PawlError('E_FENCED', 'fenced'));
}

async function crashed(): Promise<string> {
  const bench = openBench(machine, undefined, { faultPoint: crash });
  await expect(bench.engine.start(tinyStart)).rejects.toThrow('crash');
  bench.close();
  return bench.dir;
}
