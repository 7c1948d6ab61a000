import { StepBlocked, type Loss } from '@pawl/engine';
import { openBench, removeFolders, RUN, type Bench } from './machines/bench';
import { effect, phase, tiny, tinyStart, type TinySpec } from './machines/tiny';

afterAll(removeFolders);

const ALL = ['a', 'b', 'c'];
const LEFT = { remove: ['ashes'], reason: 'no longer needed' };

/** `cook` on three hosts, then `eat`, which can't be taken back. */
function kitchen(more: Partial<TinySpec> = {}, boil = effect('boil')) {
  return tiny(
    [
      phase('one', [effect('cook', { targets: () => ALL, undoneBy: 'back/uncook' }), boil], {
        rollbackAt: 'back',
      }),
      phase('two', [effect('eat', { undoneBy: 'irreversible' }), effect('rest')], { rollbackAt: 'back' }),
    ],
    {
      pointOfNoReturn: () => 'it is eaten',
      rollback: [
        phase('back', [
          effect('uncook', { targets: ({ said }) => ALL.filter((host) => !said?.dead.includes(host)) }),
        ]),
      ],
      cleanup: [phase('tidy', [effect('sweep')])],
      ...more,
    },
  );
}

const losing = (free: boolean): Partial<TinySpec> => ({
  loss: ({ hands }): Promise<Loss> =>
    Promise.resolve({
      free,
      name: 'supper',
      message: free ? 'nothing was written' : 'two bites are lost',
      facts: { seen: hands.effects().length },
    }),
});

async function pausedBefore(machine: ReturnType<typeof kitchen>, before: string): Promise<Bench> {
  const bench = openBench(machine);
  await bench.engine.start({ ...tinyStart, pauseBefore: before });
  return bench;
}

const rows = (bench: Bench, kind: string) =>
  bench.store.journal(RUN).flatMap((row) => (row.kind === kind ? [row.data] : []));

describe('past the point of no return', () => {
  test('there is no way back where the machine can’t tell what it costs', async () => {
    const bench = openBench(kitchen());
    await bench.engine.start(tinyStart);
    await expect(bench.engine.rollback({ run: RUN })).rejects.toMatchObject({ code: 'E_NO_WAY_BACK' });
    expect(bench.store.load(RUN)?.claim.earlier).toEqual([]);
    bench.close();
  });

  test('what it costs is weighed without the hosts that the same call gives up', async () => {
    const dead: unknown[] = [];
    const bench = openBench(
      kitchen({
        checkDead: () => undefined,
        loss: ({ said }) => {
          dead.push(said?.dead);
          return Promise.resolve({ free: true, name: 'supper', message: 'nothing', facts: {} });
        },
      }),
    );
    await bench.engine.start(tinyStart);
    await bench.engine.rollback({ run: RUN, dead: ['b'], reason: 'fire' });
    expect(dead).toEqual([['b']]);
    bench.close();
  });

  test('a loss is shown and nothing is done, whatever other name is given; then it is accepted by its own', async () => {
    const bench = openBench(kitchen(losing(false)));
    await bench.engine.start(tinyStart);
    for (const acceptDataLoss of [undefined, 'dinner']) {
      await expect(
        bench.engine.rollback({ run: RUN, ...(acceptDataLoss !== undefined && { acceptDataLoss }) }),
      ).rejects.toMatchObject({ code: 'E_DATA_LOSS', facts: { name: 'supper', seen: 6 } });
    }
    expect(bench.effects()['a uncook']).toBeUndefined();
    expect(bench.store.load(RUN)?.state).toBe('completed');
    expect(await bench.engine.rollback({ run: RUN, acceptDataLoss: 'supper' })).toMatchObject({
      outcome: 'rolled-back',
    });
    expect(bench.effects()).toMatchObject({ 'a uncook': 1, 'b uncook': 1, 'c uncook': 1 });
    expect(rows(bench, 'rollback')).toMatchObject([{ loss: { free: false, facts: { seen: 6 } } }]);
    bench.close();
  });

  test('proof that nothing is lost makes it free', async () => {
    const bench = openBench(kitchen(losing(true)));
    await bench.engine.start(tinyStart);
    expect(await bench.engine.rollback({ run: RUN })).toMatchObject({ outcome: 'rolled-back' });
    bench.close();
  });
});

describe('a way back that has stopped is gone on with while somebody goes on writing', () => {
  let [bites, stuckIn] = [2, 'uncook'];
  const stuck = (name: string) =>
    effect(name, {
      run: async ({ hands }) => {
        if (stuckIn === name) throw new StepBlocked('E_STUCK', 'it does not go on', { hint: 'Push.' });
        return { exit: await hands.change(name) };
      },
    });
  const machine = () =>
    kitchen({
      loss: () =>
        Promise.resolve({
          ...{ free: false, name: 'supper', message: `${bites} bites are lost`, facts: { bites } },
          ...(bites > 0 && { count: bites }),
        }),
      rollback: [phase('back', [stuck('uncook')]), phase('after', [stuck('wash')])],
    });
  const stopped = async (where: string): Promise<Bench> => {
    [bites, stuckIn] = [2, where];
    const bench = openBench(machine());
    await bench.engine.start(tinyStart);
    const back = await bench.engine.rollback({ run: RUN, acceptDataLoss: 'supper' });
    expect(back).toMatchObject({ outcome: 'paused', reason: { code: 'E_STUCK' } });
    return bench;
  };

  test('what was accepted stays accepted', async () => {
    const bench = await stopped('uncook');
    bites = 1;
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'paused' });
    bites = 2;
    stuckIn = '';
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'rolled-back' });
    bench.close();
  });

  test('what has grown is shown, nothing is done, and it is accepted anew by its name', async () => {
    const bench = await stopped('uncook');
    [bites, stuckIn] = [5, ''];
    const refused = {
      code: 'E_DATA_LOSS',
      message: '5 bites are lost. When the way back began: 2 bites are lost',
      facts: { bites: 5, name: 'supper' },
    };
    await expect(bench.engine.resume({ run: RUN })).rejects.toMatchObject(refused);
    await expect(bench.engine.rollback({ run: RUN, acceptDataLoss: 'dinner' })).rejects.toMatchObject(
      refused,
    );
    expect(bench.effects()['- uncook']).toBeUndefined();
    expect(bench.store.load(RUN)?.state).toBe('paused');
    stuckIn = 'uncook';
    await bench.engine.rollback({ run: RUN, acceptDataLoss: 'supper' });
    expect(rows(bench, 'resumed').at(-1)).toMatchObject({ loss: { count: 5, facts: { bites: 5 } } });
    // Accepted once is accepted for whoever goes on after that.
    stuckIn = '';
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'rolled-back' });
    bench.close();
  });

  test('where nobody can tell how much it is, other words than those that were accepted are not accepted', async () => {
    const bench = await stopped('uncook');
    [bites, stuckIn] = [0, ''];
    await expect(bench.engine.resume({ run: RUN })).rejects.toMatchObject({ code: 'E_DATA_LOSS' });
    bench.close();
  });

  test('once the first phase is over nobody writes any more', async () => {
    const bench = await stopped('wash');
    [bites, stuckIn] = [5, ''];
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'rolled-back' });
    bench.close();
  });
});

describe('a host that will not come back', () => {
  const checkDead: TinySpec['checkDead'] = (_choices, dead) => {
    if (dead.length > 1) throw Object.assign(new Error('no quorum'), { code: 'E_NO_QUORUM' });
  };

  test('is left behind by name and with a reason, and never more than the machine allows', async () => {
    const bench = await pausedBefore(kitchen({ checkDead }), 'two');
    const { engine } = bench;
    await expect(engine.rollback({ run: RUN, dead: ['b'] })).rejects.toMatchObject({ code: 'E_USAGE' });
    await expect(engine.rollback({ run: RUN, dead: ['a', 'b'], reason: 'fire' })).rejects.toMatchObject({
      code: 'E_NO_QUORUM',
    });
    expect(await engine.rollback({ run: RUN, dead: ['b'], reason: 'fire' })).toMatchObject({
      outcome: 'rolled-back',
    });
    expect(bench.effects()).toMatchObject({ 'a uncook': 1, 'c uncook': 1 });
    expect(bench.effects()['b uncook']).toBeUndefined();
    expect(rows(bench, 'rollback')).toMatchObject([{ asked: true, dead: ['b'], reason: 'fire' }]);
    bench.close();
  });

  test('can be named when the way back has begun already, and what was open there is given up', async () => {
    const machine = kitchen({ checkDead });
    const stuck = await pausedBefore(machine, 'two');
    stuck.close();
    const [back] = machine.spec.rollback;
    const blocked = tiny(machine.spec.phases, {
      ...machine.spec,
      rollback: [
        phase('back', [
          effect('uncook', {
            ...back?.steps[0],
            kind: 'effect',
            undoneBy: 'kept',
            run: async ({ hands, target }) => {
              if (target === 'b') throw Object.assign(new Error('no answer'), { code: 'E_UNREACHABLE' });
              return { exit: await hands.change('uncook') };
            },
          }),
        ]),
      ],
    });
    const bench = openBench(blocked, stuck.dir);
    expect(await bench.engine.rollback({ run: RUN })).toMatchObject({ outcome: 'paused', phase: 'back' });
    expect(bench.engine.status(RUN).openIntents).toHaveLength(1);
    expect(await bench.engine.rollback({ run: RUN, dead: ['b'], reason: 'fire' })).toMatchObject({
      outcome: 'rolled-back',
    });
    expect(bench.effects()).toMatchObject({ 'a uncook': 1, 'c uncook': 1 });
    expect(bench.engine.status(RUN).openIntents).toEqual([]);
    expect(rows(bench, 'decided')).toMatchObject([{ choice: 'host-dead', dead: ['b'], reason: 'fire' }]);
    bench.close();
  });
});

describe('a failure', () => {
  const burnt = effect('boil', { run: () => Promise.reject(new Error('burnt')) });

  test('leads back where that was chosen, and it is on record that nobody asked', async () => {
    const bench = openBench(kitchen({ onFailure: () => 'rollback' }, burnt));
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'rolled-back' });
    expect(rows(bench, 'rollback')).toMatchObject([{ asked: false, reason: 'E_STEP' }]);
    expect(bench.effects()).toMatchObject({ 'a cook': 1, 'a uncook': 1 });
    bench.close();
  });

  test('pauses where nothing was chosen, and a pause that was asked for never leads back', async () => {
    const left = openBench(kitchen({}, burnt));
    expect(await left.engine.start(tinyStart)).toMatchObject({ outcome: 'paused' });
    left.close();
    const bench = await pausedBefore(kitchen({ onFailure: () => 'rollback' }), 'two');
    expect(bench.store.load(RUN)?.state).toBe('paused');
    bench.close();
  });

  test('past the point of no return it only pauses', async () => {
    const machine = kitchen({ onFailure: () => 'rollback', ...losing(false) });
    const spec = {
      ...machine.spec,
      phases: machine.spec.phases.map((each) =>
        each.name === 'two'
          ? {
              ...each,
              steps: [effect('eat', { undoneBy: 'irreversible' }), effect('rest', { run: burnt.run })],
            }
          : each,
      ),
    };
    const bench = openBench(tiny(spec.phases, spec));
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'paused', step: 'rest' });
    bench.close();
  });
});

describe('a deadline', () => {
  const late = (onFailure: 'pause' | 'rollback') =>
    kitchen({
      onFailure: () => onFailure,
      deadline: ({ facts }) =>
        facts.find('one/cook', 'a') === undefined ? undefined : '2000-01-01T00:00:00Z',
    });

  test('that has passed pauses once, and whoever resumes goes on', async () => {
    const bench = openBench(late('pause'));
    const paused = await bench.engine.start(tinyStart);
    expect(paused).toMatchObject({ outcome: 'paused', reason: { code: 'E_MAX_OUTAGE' } });
    expect(await bench.engine.resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
    bench.close();
  });

  test.each([
    ['ahead', 86_400_000],
    ['back', -86_400_000],
  ])('that is ahead stays so, when the clock is set %s by a day', async (_, jump) => {
    let [skew, looks] = [0, 0];
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const machine = kitchen({
      onFailure: () => 'rollback',
      deadline: ({ facts }) => {
        if (facts.find('one/cook', 'a') === undefined) return undefined;
        looks += 1;
        if (looks > 1) skew = jump;
        return soon;
      },
    });
    const bench = openBench(machine, undefined, { now: () => new Date(Date.now() + skew) });
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'completed' });
    expect(skew).toBe(jump);
    bench.close();
  });

  test('leads back where that was chosen', async () => {
    const bench = openBench(late('rollback'));
    expect(await bench.engine.start(tinyStart)).toMatchObject({ outcome: 'rolled-back' });
    expect(rows(bench, 'rollback')).toMatchObject([{ asked: false, reason: 'E_MAX_OUTAGE' }]);
    bench.close();
  });
});

describe('cleanup', () => {
  test('of a run that has not ended is refused', async () => {
    const bench = await pausedBefore(kitchen(), 'two');
    await expect(bench.engine.cleanup({ run: RUN, ...LEFT })).rejects.toMatchObject({ code: 'E_NOT_ENDED' });
    bench.close();
  });

  test('closes a run: no way back any more, but another cleanup', async () => {
    const bench = openBench(kitchen(losing(true)));
    await bench.engine.start(tinyStart);
    expect(await bench.engine.cleanup({ run: RUN, ...LEFT })).toMatchObject({ outcome: 'closed' });
    await expect(bench.engine.rollback({ run: RUN })).rejects.toMatchObject({ code: 'E_ENDED' });
    await expect(bench.engine.resume({ run: RUN })).rejects.toMatchObject({ code: 'E_ENDED' });
    expect(await bench.engine.cleanup({ run: RUN, remove: [] })).toMatchObject({ outcome: 'closed' });
    expect(bench.effects()['- sweep']).toBe(2);
    expect(rows(bench, 'cleanup')).toMatchObject([LEFT, { remove: [] }]);
    bench.close();
  });

  test('of a run that was rolled back, with what is to go as the steps see it', async () => {
    const seen: (readonly string[])[] = [];
    const sweep = effect('sweep', {
      run: ({ said }) => {
        seen.push(said?.remove ?? []);
        return Promise.resolve({});
      },
    });
    const bench = await pausedBefore(kitchen({ cleanup: [phase('tidy', [sweep])] }), 'two');
    await bench.engine.rollback({ run: RUN });
    expect(await bench.engine.cleanup({ run: RUN, ...LEFT })).toMatchObject({ outcome: 'closed' });
    expect(seen).toEqual([['ashes']]);
    bench.close();
  });
});

describe('a run that is given up', () => {
  test('is abandoned: nothing goes on in it', async () => {
    const bench = await pausedBefore(kitchen(), 'two');
    bench.engine.abandon({ run: RUN, reason: 'fences opened' });
    expect(bench.store.load(RUN)).toMatchObject({ state: 'abandoned' });
    for (const verb of [bench.engine.resume, bench.engine.rollback])
      await expect(verb({ run: RUN })).rejects.toMatchObject({ code: 'E_ENDED' });
    bench.close();
  });
});

test('a rollback asks a live owner to pause, and goes on when he has', async () => {
  let holds!: () => void;
  const held = new Promise<void>((resolve) => (holds = resolve));
  let begun!: () => void;
  const boiling = new Promise<void>((resolve) => (begun = resolve));
  const slow = effect('boil', {
    run: async ({ hands }) => {
      begun();
      await held;
      return { exit: await hands.change('boil') };
    },
  });
  const bench = openBench(kitchen({}, slow));
  const forward = bench.engine.start(tinyStart);
  await boiling;
  const messages: string[] = [];
  bench.engine.onEvent((event) => {
    if (event.type !== 'progress' || !event.message.includes('to pause')) return;
    messages.push(event.message);
    holds();
  });
  const back = bench.engine.rollback({ run: RUN });
  expect(await forward).toMatchObject({ outcome: 'paused', phase: 'two' });
  expect(await back).toMatchObject({ outcome: 'rolled-back' });
  expect(messages).toHaveLength(1);
  expect(bench.effects()).toMatchObject({ '- boil': 1, 'a uncook': 1 });
  bench.close();
});

test('recover names the runs whose owner died here, and only those', async () => {
  const machine = kitchen();
  const crashing = openBench(machine, undefined, {
    faultPoint: (name) => {
      if (name.endsWith('boil@-/outcome:before-commit')) throw new Error('crash');
    },
  });
  await expect(crashing.engine.start(tinyStart)).rejects.toThrow('crash');
  crashing.close();
  const bench = openBench(machine, crashing.dir, {
    owners: {
      self: () => ({ who: 'b', host: 'h', pid: 1, startTime: '', bootId: '', database: '' }),
      liveness: () => 'dead',
    },
  });
  await bench.engine.start({ ...tinyStart, run: 'run-2' });
  expect(bench.engine.recover().map(({ record, state }) => [record.run, state])).toEqual([[RUN, 'crashed']]);
  bench.close();
});

test('events are a run’s rows, and with follow those to come until it rests', async () => {
  const bench = openBench(kitchen());
  const running = bench.engine.start(tinyStart);
  const seen: number[] = [];
  for await (const row of bench.engine.events(RUN, { follow: true })) seen.push(row.seq);
  await running;
  const all = bench.store.journal(RUN).map(({ seq }) => seq);
  expect(seen).toEqual(all);
  const later: number[] = [];
  for await (const row of bench.engine.events(RUN, { after: 3 })) later.push(row.seq);
  expect(later).toEqual(all.slice(3));
  bench.close();
});
