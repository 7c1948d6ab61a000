import fc from 'fast-check';
import { InDoubt, positionOf, type HostJob, type PawlError, type Store } from '@pawl/engine';
import { openBench, removeFolders, RUN, type Bench, type BenchOptions } from './machines/bench';
import { effect, phase, tiny, tinyStart } from './machines/tiny';

jest.setTimeout(60_000);
afterEach(removeFolders);

/** What one person after the other may say to a run. `stopped`: told to pause while the way back waits for a job. */
const VERBS = [
  'resume',
  'rollback',
  'rollback, stopped',
  'leave a host',
  'decide',
  'cleanup',
  'pause',
] as const;
type Verb = (typeof VERBS)[number];

type Direction = 'forward' | 'rollback' | 'cleanup';
const DIRECTIONS: readonly Direction[] = ['forward', 'rollback', 'cleanup'];

describe.each(DIRECTIONS)('in doubt, %s', (direction) => {
  test('whatever is said, the run stands where its record says; in doubt it has choices, and they lead to an end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...VERBS), { maxLength: 4 }), async (verbs) => {
        const kitchen = await inDoubt(direction);
        for (const verb of verbs) {
          await said(kitchen, verb);
          expectAWayOn(kitchen.bench);
        }
        await toItsEnd(kitchen);
      }),
      { numRuns: 20, examples: VERBS.map((verb) => [[verb]]) },
    );
  });

  test.each(['running', 'paused'] as const)(
    'a record that says %s beside it is read as in doubt',
    async (state) => {
      const kitchen = await inDoubt(direction);
      const { engine, store } = kitchen.bench;
      // As early builds wrote it.
      write(store, state, undefined);
      expect(engine.status(RUN)).toMatchObject({ state: 'in-doubt', reason: { code: 'E_FOG' } });
      expect(await engine.resume({ run: RUN })).toMatchObject({ outcome: 'in-doubt' });
      await toItsEnd(kitchen);
    },
  );
});

test('in doubt on its way back, a host that is left behind answers nothing about the others', async () => {
  const kitchen = await inDoubt('rollback');
  expect(await kitchen.bench.engine.rollback({ run: RUN, dead: ['b'], reason: 'fire' })).toMatchObject({
    outcome: 'in-doubt',
    reason: { code: 'E_FOG', choices: [{ name: 'ask-again' }] },
  });
  await toItsEnd(kitchen);
});

test.each(['completed', 'rebuilt'])(
  '%s: a way back that is stopped before it begins leaves it so',
  async (how) => {
    const kitchen = openKitchen(undefined);
    const { engine, store, close } = kitchen.bench;
    await engine.start(tinyStart);
    if (how === 'rebuilt') write(store, 'in-doubt', { code: 'E_REBUILT', message: 'rebuilt' });
    const { state, reason, checkpoint } = store.load(RUN) ?? {};
    expect(await said(kitchen, 'rollback, stopped')).toBe('E_ABORTED');
    expect(store.load(RUN)).toMatchObject({ state, checkpoint, ...(reason !== undefined && { reason }) });
    close();
  },
);

interface Kitchen {
  readonly bench: Bench;
  /** Where each step does not know what it has done; and whether the hosts tell of a job that still runs. */
  readonly world: { fog: Direction | undefined; running: boolean };
}

/** A run whose step is in doubt, on the way that is named, for as long as the fog lies there. */
async function inDoubt(direction: Direction): Promise<Kitchen> {
  const kitchen = openKitchen(direction);
  const { engine } = kitchen.bench;
  await engine.start({ ...tinyStart, ...(direction === 'rollback' && { pauseBefore: 'two' }) });
  if (direction === 'rollback') await engine.rollback({ run: RUN });
  if (direction === 'cleanup') await engine.cleanup({ run: RUN, remove: [] });
  expect(engine.status(RUN)).toMatchObject({ state: 'in-doubt', direction });
  return kitchen;
}

function openKitchen(fog: Direction | undefined): Kitchen {
  const world: Kitchen['world'] = { fog, running: false };
  const foggy = (name: string, over: Direction) =>
    effect(name, {
      run: async ({ hands }) => {
        if (world.fog === over)
          throw new InDoubt('E_FOG', 'fog', [{ name: 'ask-again', meaning: 'look once more' }]);
        return { exit: await hands.change(name) };
      },
    });
  const machine = tiny(
    [
      phase('one', [effect('cook')], { rollbackAt: 'back' }),
      phase('two', [foggy('serve', 'forward')], { rollbackAt: 'back' }),
    ],
    {
      checkDead: () => undefined,
      loss: () => Promise.resolve({ free: true, name: 'supper', message: 'nothing', facts: {} }),
      rollback: [phase('back', [foggy('unserve', 'rollback'), effect('uncook')])],
      cleanup: [phase('tidy', [foggy('sweep', 'cleanup')])],
    },
  );
  const fleet: BenchOptions['fleet'] = {
    attach: ({ run }) => {
      const jobs = bench.store
        .intents(run)
        .slice(0, 1)
        .map(({ id }): HostJob => ({ target: '-', intent: id, state: 'running' }));
      return Promise.resolve(world.running ? jobs : []);
    },
  };
  const bench: Bench = openBench(machine, undefined, { fleet });
  return { bench, world };
}

/** @returns the code where it was refused */
async function said({ bench: { engine, store }, world }: Kitchen, verb: Verb): Promise<string | undefined> {
  const stopped = verb === 'rollback, stopped';
  world.running = stopped;
  const deaf = engine.onEvent((event) => {
    if (event.type === 'progress' && event.message.includes('still runs')) engine.pause(RUN, 'me');
  });
  try {
    if (verb === 'resume') await engine.resume({ run: RUN });
    if (verb === 'rollback' || stopped) await engine.rollback({ run: RUN });
    if (verb === 'leave a host') await engine.rollback({ run: RUN, dead: ['b'], reason: 'fire' });
    if (verb === 'decide') await engine.decide({ run: RUN, choice: 'ask-again', reason: 'r' });
    if (verb === 'cleanup') await engine.cleanup({ run: RUN, remove: [] });
    if (verb === 'pause') engine.pause(RUN, 'me');
    return undefined;
  } catch (error) {
    const { code } = error as PawlError;
    // Each is a refusal that means something to a person; `E_MACHINE_STATE` does not.
    expect(['E_ENDED', 'E_NO_WAY_BACK', 'E_NOT_ENDED', 'E_NOT_IN_DOUBT', 'E_ABORTED']).toContain(code);
    if (code === 'E_NOT_IN_DOUBT') expect(store.load(RUN)?.state).not.toBe('in-doubt');
    return code;
  } finally {
    world.running = false;
    deaf();
  }
}

function expectAWayOn({ store, engine }: Bench): void {
  const record = store.load(RUN);
  const at = positionOf(record?.checkpoint.snapshot['value']);
  expect(record?.state).toBe(at.direction === 'ended' ? at.ended : at.inner);
  if (record?.state !== 'in-doubt') return;
  expect(engine.status(RUN).reason).toMatchObject({ code: 'E_FOG', choices: [{ name: 'ask-again' }] });
}

/** The fog lifts, and what the run offers is taken. */
async function toItsEnd({ bench: { engine, store, close }, world }: Kitchen): Promise<void> {
  world.fog = undefined;
  const { state } = engine.status(RUN);
  if (state === 'in-doubt') await engine.decide({ run: RUN, choice: 'ask-again', reason: 'r' });
  expect(['completed', 'rolled-back', 'closed']).toContain(store.load(RUN)?.state);
  close();
}

function write(store: Store, state: 'running' | 'paused' | 'in-doubt', reason: object | undefined): void {
  store.commit({
    run: RUN,
    claim: store.load(RUN)?.claim.claim ?? '',
    at: '2026-11-30T12:00:00Z',
    entries: [{ kind: 'resumed', data: {} }],
    state,
    ...(reason !== undefined && { reason: { ...reason } }),
  });
}
