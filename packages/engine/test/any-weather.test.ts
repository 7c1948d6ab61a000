import fc from 'fast-check';
import {
  InDoubt,
  type JsonObject,
  positionOf,
  StepBlocked,
  StepFailed,
  verifyChain,
  type Machine,
} from '@pawl/engine';
import { openBench, ownersAre, removeFolders, RUN, type Bench } from './machines/bench';
import type { Hand, Look } from './machines/fake-world';
import { effect, ON_ABC, oneShot, phase, read, tiny, tinyStart } from './machines/tiny';

jest.setTimeout(60_000);
afterEach(removeFolders);

/** How an attempt goes, after its effect (`late`) or before it. */
type Weather =
  'fine' | 'failed' | 'blocked' | 'in-doubt' | 'unreachable' | 'failed late' | 'unreachable late';
const weather = fc.constantFrom<Weather>(
  ...([
    'fine',
    'fine',
    'failed',
    'blocked',
    'in-doubt',
    'unreachable',
    'failed late',
    'unreachable late',
  ] as const),
);

describe('whatever the weather, and wherever the process dies', () => {
  test('no effect is doubled under one intent, no round of a one-shot step is begun twice, and the run gets to its end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(weather, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 3 }),
        async (forecast, crashes) => {
          const sky = [...forecast];
          const bench = openBench(machineUnder(sky), undefined, {
            faultPoint: dyingAt(crashes),
            owners: ownersAre('dead'),
          });
          await untilDone(bench);
          expectOrder(bench);
          bench.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Start, and then what a person would do, until the run is over. */
async function untilDone(bench: Bench): Promise<void> {
  for (let session = 0; session < 60; session += 1) {
    const record = bench.store.load(RUN);
    if (record?.state === 'completed') return;
    try {
      if (record === undefined) await bench.engine.start(tinyStart);
      else if (record.state === 'in-doubt')
        await bench.engine.decide({ run: RUN, choice: 'ask-again', reason: 'r' });
      else await bench.engine.resume({ run: RUN });
    } catch (error) {
      if ((error as Error).message !== 'crash') throw error;
    }
    expectSound(bench);
  }
  throw new Error(`the run does not end: ${JSON.stringify(bench.engine.status(RUN))}`);
}

/** After every session: the records agree with each other, and the state with its rest. */
function expectSound(bench: Bench): void {
  const record = bench.store.load(RUN);
  if (record === undefined) return;
  const rows = bench.store.journal(RUN);
  expect(verifyChain(rows)).toMatchObject({ ok: true, rows: rows.length });
  const at = positionOf(record.checkpoint.snapshot['value']);
  if (at.direction !== 'ended' && (at.inner === 'paused' || at.inner === 'in-doubt'))
    expect(record.state).toBe(at.inner);
  if (at.direction === 'ended') expect(record.state).toBe(at.ended);
  const closed = bench.store.intents(RUN).filter((intent) => intent.state !== 'open');
  const told = rows
    .filter((row) => row.kind === 'outcome' || row.kind === 'answer')
    .map((row) => row.data['intent']);
  for (const { id } of closed) expect(told).toContain(id);
}

/** The one-shot step happened once; steps came in order; what succeeded was not done again. */
function expectOrder(bench: Bench): void {
  const lines = bench.lines();
  expect(lines.filter((line) => line === 'a convert')).toHaveLength(1);
  const order = ['halt', 'copy', 'convert', 'go'];
  const seen = lines.map((line) => order.indexOf(line.slice(2)));
  expect(seen).toEqual([...seen].sort((one, other) => one - other));
  const succeeded = bench.store
    .intents(RUN)
    .filter((intent) => intent.state === 'succeeded' && !intent.step.endsWith('?'));
  const done = succeeded.map((intent) => `${intent.step}@${intent.target}`);
  expect(new Set(done).size).toBe(done.length);
}

function machineUnder(sky: Weather[]): Machine<JsonObject, Look, Hand> {
  const retry = { attempts: 2, delayMs: 0 };
  const run =
    (what: string, once?: string): ReturnType<typeof effect>['run'] =>
    async ({ hands }) => {
      const now = sky.shift() ?? 'fine';
      if (!now.endsWith('late')) thrownBy(now);
      const exit = await hands.change(what, once === undefined ? {} : { once });
      thrownBy(now);
      return { exit };
    };
  const shot = oneShot('convert', 'two/copy', {
    retry,
    targets: () => ['a'],
    run: run('convert', 'convert-1'),
  });
  return tiny([
    phase('one', [
      read('look', async () => ({ n: 1 })),
      effect('halt', { ...ON_ABC, retry, concurrency: 2, run: run('halt') }),
    ]),
    phase('two', [
      effect('copy', { retry, run: run('copy') }),
      shot,
      effect('go', { ...ON_ABC, retry, run: run('go') }),
    ]),
  ]);
}

function thrownBy(now: Weather): void {
  if (now.startsWith('failed')) throw new StepFailed('E_SOUR', 'sour', { hint: 'Take fresh milk.' });
  if (now === 'blocked') throw new StepBlocked('E_SHUT', 'shut', { hint: 'Open it.' });
  if (now === 'in-doubt') throw new InDoubt('E_FOG', 'fog', []);
  if (now.startsWith('unreachable')) throw Object.assign(new Error('gone'), { code: 'E_UNREACHABLE' });
}

/** Dies at the given counts of boundaries, over all sessions. */
function dyingAt(crashes: readonly number[]): () => void {
  let passed = 0;
  return () => {
    passed += 1;
    if (crashes.includes(passed)) throw new Error('crash');
  };
}
