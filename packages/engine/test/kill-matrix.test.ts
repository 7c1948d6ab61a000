import { cpSync } from 'node:fs';
import { verifyChain, type RunResult } from '@pawl/engine';
import { newFolder, openBench, removeFolders, RUN, type Bench } from './machines/bench';
import { inPairs, killAt, recorder, type Boundary } from './machines/boundaries';
import { linearMachine } from './machines/linear';
import { WIDE_CHOICES, wideMachine } from './machines/wide';

// Some 220 processes are started; on a busy machine that takes its time.
jest.setTimeout(240_000);
afterAll(removeFolders);

const machines = {
  linear: { machine: linearMachine(), choices: {} },
  wide: { machine: wideMachine(), choices: WIDE_CHOICES },
};
type Name = keyof typeof machines;

describe('killed at every boundary', () => {
  test('linear: a resume ends as the uninterrupted run does', async () => {
    const whole = await uninterrupted('linear');
    await inPairs(whole.passed, async (boundary) => {
      const dir = newFolder();
      await killAt(dir, 'linear', 'start', boundary);
      await expectSameEnd('linear', dir, boundary, whole);
    });
    tell(`linear, forward: ${whole.passed.length} points, each resumed`);
  });

  test('wide: a resume ends as the uninterrupted run does, a rollback instead at rolled-back', async () => {
    const whole = await uninterrupted('wide');
    let refused = 0;
    await inPairs(whole.passed, async (boundary) => {
      const dir = newFolder();
      await killAt(dir, 'wide', 'start', boundary);
      const other = copyOf(dir);
      await expectSameEnd('wide', dir, boundary, whole);
      if ((await expectWayBack(other, boundary, whole)) === 'refused') refused += 1;
    });
    expect(refused).toBeGreaterThan(0);
    const beyond = `${refused} of them past the point of no return`;
    tell(`wide, forward: ${whole.passed.length} points, each resumed and each rolled back, ${beyond}`);
  });

  test('wide: a rollback that is itself killed is resumed to its end', async () => {
    const paused = await pausedBeforeFinish();
    const { passed, effects } = await uninterruptedRollback(paused);
    await inPairs(passed, async (boundary) => {
      const dir = copyOf(paused);
      await killAt(dir, 'wide', 'rollback', boundary);
      const bench = open('wide', dir);
      const state = bench.store.load(RUN)?.state;
      const asked = bench.store.journal(RUN).some((row) => row.kind === 'rollback');
      if (state !== 'rolled-back') {
        // Killed before the request to go back was durable, the run still stands where it was: it is asked again.
        const result = await (asked
          ? bench.engine.resume({ run: RUN })
          : bench.engine.rollback({ run: RUN }));
        expect({ boundary, outcome: result.outcome }).toEqual({ boundary, outcome: 'rolled-back' });
      }
      expect({ boundary, effects: bench.effects() }).toEqual({ boundary, effects });
      expectBarriers(bench.lines());
      bench.close();
    });
    tell(`wide, rollback: ${passed.length} points, each resumed`);
  });
});

interface Whole {
  readonly passed: readonly Boundary[];
  readonly effects: Readonly<Record<string, number>>;
}

async function uninterrupted(name: Name): Promise<Whole> {
  const { passed, faultPoint } = recorder();
  const bench = openBench(machines[name].machine, newFolder(), { faultPoint });
  await bench.engine.start({ machineId: name, run: RUN, choices: machines[name].choices });
  const effects = bench.effects();
  bench.close();
  return { passed, effects };
}

async function pausedBeforeFinish(): Promise<string> {
  const bench = open('wide', newFolder());
  await bench.engine.start({ machineId: 'wide', run: RUN, choices: WIDE_CHOICES, pauseBefore: 'finish' });
  bench.close();
  return bench.dir;
}

async function uninterruptedRollback(paused: string): Promise<Whole> {
  const { passed, faultPoint } = recorder();
  const bench = openBench(wideMachine(), copyOf(paused), { faultPoint });
  await bench.engine.rollback({ run: RUN });
  const effects = bench.effects();
  bench.close();
  return { passed, effects };
}

/** What a person, or a service, does after a crash: resume; or start, if nothing was ever made. */
async function goOn(name: Name, dir: string): Promise<{ result: Pick<RunResult, 'outcome'>; bench: Bench }> {
  const bench = open(name, dir);
  const record = bench.store.load(RUN);
  if (record === undefined) {
    const { choices } = machines[name];
    return { result: await bench.engine.start({ machineId: name, run: RUN, choices }), bench };
  }
  if (record.state === 'completed') return { result: { outcome: 'completed' }, bench };
  expect(bench.engine.status(RUN).state).toBe('crashed');
  return { result: await bench.engine.resume({ run: RUN }), bench };
}

async function expectSameEnd(name: Name, dir: string, boundary: Boundary, whole: Whole): Promise<void> {
  const { result, bench } = await goOn(name, dir);
  expect({ boundary, outcome: result.outcome }).toEqual({ boundary, outcome: 'completed' });
  expect({ boundary, effects: bench.effects() }).toEqual({ boundary, effects: whole.effects });
  expect(verifyChain(bench.store.journal(RUN))).toMatchObject({ ok: true });
  expect(bench.store.intents(RUN, { open: true })).toEqual([]);
  bench.close();
}

/** Refused past the point of no return. Before it: no effect more often than in a whole run, and every host goes again. */
async function expectWayBack(
  dir: string,
  boundary: Boundary,
  whole: Whole,
): Promise<'refused' | 'back' | 'no run'> {
  const bench = open('wide', dir);
  try {
    if (bench.store.load(RUN) === undefined) return 'no run';
    const begun = bench.store.intents(RUN);
    const back = await bench.engine.rollback({ run: RUN }).catch((error: unknown) => error);
    if (begun.some((intent) => intent.step === 'announce')) {
      expect({ boundary, back }).toMatchObject({ back: { code: 'E_NO_WAY_BACK' } });
      return 'refused';
    }
    expect({ boundary, back }).toMatchObject({ boundary, back: { outcome: 'rolled-back' } });
    for (const [effect, count] of Object.entries(bench.effects())) {
      const most = /unlock|sweep|go/.test(effect) ? 1 : (whole.effects[effect] ?? 0);
      expect({ boundary, effect, tooOften: count > most }).toEqual({ boundary, effect, tooOften: false });
    }
    const gone = bench.lines().filter((line) => line.endsWith(' go')).length;
    if (begun.some((intent) => intent.phase === 'stop'))
      expect({ boundary, gone }).toEqual({ boundary, gone: 3 });
    expectBarriers(bench.lines());
    return 'back';
  } finally {
    bench.close();
  }
}

/** Every host has been cleared before any is started. */
function expectBarriers(lines: readonly string[]): void {
  const order = ['unlock', 'sweep', 'go'];
  const way = lines.map((line) => order.indexOf(line.slice(2))).filter((at) => at !== -1);
  expect(way).toEqual([...way].sort((a, b) => a - b));
}

function open(name: Name, dir: string): Bench {
  return openBench(machines[name].machine, dir);
}

function copyOf(dir: string): string {
  const to = newFolder();
  cpSync(dir, to, { recursive: true });
  return to;
}

function tell(line: string): void {
  process.stdout.write(`kill matrix: ${line}\n`);
}
