import { factsFrom, InDoubt, type Answer, type OneShotStep } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import type { JobMark } from '@pawl/hosts';
import { okdEtcdV2ToV3, type OkdChoices } from '../src';
import { choicesOf, preflightFacts, RUN } from './helpers/a-cluster';
import { fakeHands } from '../../../test/machines/fake-hands';
import { unitsSay } from './helpers/units-say';

const step = okdEtcdV2ToV3.spec.phases
  .flatMap((phase) => phase.steps)
  .find((each): each is OneShotStep<OkdChoices, ReadHands, never> => each.kind === 'one-shot');

const JOB = '0042.migrate.run-migrate.etcd1.1';
const once = (round: number): string => `migrate-${RUN}-copy-${round}`;
const mark = (state: JobMark['state'], more: Partial<JobMark> = {}): JobMark => ({
  ...{ intent: JOB, state, once: once(1) },
  ...more,
});
const FINISHED = 'using default wal\nfinished transforming keys\n';

interface World {
  readonly jobs?: readonly JobMark[];
  readonly tried?: boolean;
  readonly output?: readonly [exit: number | null, stdout: string, stderr?: string];
  readonly round?: number;
  /** A unit that somebody has started. */
  readonly up?: string;
}

async function ask({ jobs = [], tried = jobs.length > 0, output, round, up }: World): Promise<Answer> {
  const hands = fakeHands({
    jobs: { etcd1: jobs },
    read: (_, argv) =>
      unitsSay(argv, (unit) => (unit === up ? 'running' : 'held')) ?? {
        exit: argv.at(-1)?.endsWith('/migrate-started') === true && tried ? 0 : 1,
      },
    ...(output && { outputs: { [JOB]: { exit: output[0], stdout: output[1], stderr: output[2] ?? '' } } }),
  });
  const facts = factsFrom({
    ...preflightFacts(),
    ...(round !== undefined && { 'set-aside/copy': { etcd1: { round } } }),
  });
  const intent = {
    id: JOB,
    run: RUN,
    seq: 42,
    phase: 'migrate',
    step: 'run-migrate',
    target: 'etcd1',
    attempt: 1,
  };
  const task = { run: RUN, choices: choicesOf(), facts, target: 'etcd1', intent, hands };
  if (step === undefined) throw new Error('the machine has no one-shot step');
  return step.probe({ ...task, signal: new AbortController().signal, progress: () => undefined });
}

/** Decided by the job's marks and what it printed, never by what the data looks like. */
test.each<readonly [string, World, Answer['verdict']]>([
  ['no job: nothing began', {}, 'untouched'],
  ['a job that was made and never started', { jobs: [mark('prepared')], tried: false }, 'untouched'],
  ['it runs: the same intent takes it up again', { jobs: [mark('running')] }, 'untouched'],
  ['started, neither running nor ended: the copy is spent', { jobs: [mark('lost')] }, 'spent'],
  ['exit 0 with its line', { jobs: [mark('exited', { exit: 0 })], output: [0, FINISHED] }, 'done'],
  [
    'exit 0 without its line',
    { jobs: [mark('exited', { exit: 0 })], output: [0, 'using default wal\n'] },
    'spent',
  ],
  [
    'the line within a longer one',
    { jobs: [mark('exited', { exit: 0 })], output: [0, '{"msg":"finished transforming keys"}\n'] },
    'spent',
  ],
  [
    'exit 2, a panic',
    { jobs: [mark('exited', { exit: 2 })], output: [2, '', 'panic: wal: crc mismatch'] },
    'spent',
  ],
  ['killed on its host', { jobs: [mark('exited', { exit: 137 })], output: [137, FINISHED] }, 'spent'],
  [
    'refused by the host',
    { jobs: [mark('exited', { exit: 65 })], output: [65, '', 'it is never migrated again'] },
    'spent',
  ],
  [
    'two jobs for one copy',
    { jobs: [mark('exited'), mark('exited', { intent: '0050.migrate.run-migrate.etcd1.2' })] },
    'unknown',
  ],
  [
    'a job of the copy before is none of this one',
    { jobs: [mark('lost')], tried: false, round: 2 },
    'untouched',
  ],
  [
    'a job of this copy, beside the one before',
    { jobs: [mark('lost', { intent: '0040.x' }), mark('lost', { once: once(2) })], round: 2 },
    'spent',
  ],
  [
    'another step’s job',
    { jobs: [{ intent: '0030.set-aside.copy.etcd1.1', state: 'exited', exit: 0 }], tried: false },
    'untouched',
  ],
])('%s', async (_, world, verdict) => {
  const answer = await ask(world);
  expect([answer.verdict, answer.round]).toEqual([verdict, world.round ?? 1]);
  expect(answer.evidence).toMatchObject({ host: 'etcd1', round: world.round ?? 1 });
  expect(answer.facts).toEqual(verdict === 'done' ? { round: 0 } : undefined);
});

test('no job, and yet the copy was tried: evidence is gone, and a person decides', async () => {
  await expect(ask({ tried: true })).rejects.toMatchObject({
    name: 'InDoubt',
    code: 'E_MARKS_GONE',
    message: expect.stringContaining('/copy-1 says that a migrate of') as unknown,
    choices: [{ name: 'ask-again' }, { name: 'start-over' }],
  });
});

test('no v2 keys where preflight saw some: a wrong directory, and a person decides', async () => {
  const asked = ask({ jobs: [mark('exited', { exit: 0 })], output: [0, 'no v2 keys to migrate\n'] });
  await expect(asked).rejects.toBeInstanceOf(InDoubt);
  await expect(asked).rejects.toMatchObject({
    code: 'E_NO_V2_KEYS',
    choices: [{ name: 'ask-again' }, { name: 'start-over' }],
  });
});

test('it waited for somebody who has the copy’s database: what it wrote is stale, and a person decides', async () => {
  const output = [0, FINISHED, 'waiting for etcd to close and release its lock'] as const;
  await expect(ask({ jobs: [mark('exited', { exit: 0 })], output })).rejects.toMatchObject({
    name: 'InDoubt',
    code: 'E_COPY_IN_USE',
    choices: [{ name: 'ask-again' }, { name: 'start-over', cost: expect.stringMatching(/time/) as unknown }],
  });
});

test.each(['etcd.service', 'origin-master-api.service'])(
  'no job, and %s was started by hand: it is not begun',
  async (up) => {
    await expect(ask({ up })).rejects.toMatchObject({
      code: 'E_NOT_HELD',
      message: expect.stringContaining(`: ${up} is active/running`) as string,
    });
  },
);

test('a job that runs is taken up, whatever somebody has started', async () => {
  expect((await ask({ up: 'etcd.service', jobs: [mark('running')] })).verdict).toBe('untouched');
});
