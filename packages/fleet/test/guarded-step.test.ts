import { factsFrom, type JsonObject, StepFailed, type Task } from '@pawl/engine';
import { HostError, sh } from '@pawl/hosts';
import { guardedStep, readStep, type WorkHands } from '../src';
import { aFleet, anIntent, aSession } from './a-session';
import { fakeHosts, type FakeHosts } from './fake-hosts';

interface Choices extends JsonObject {
  readonly dir: string;
}
const scope = { run: 'okd-20261124-1', choices: { dir: '/data' }, facts: factsFrom({}) };

function task(hosts: FakeHosts): Task<Choices, WorkHands> {
  const intent = anIntent('e1');
  return {
    ...scope,
    ...{ intent, target: 'e1', signal: new AbortController().signal, progress: () => undefined },
    hands: aFleet(hosts).working(aSession(), intent, 'okd/stop-etcd/hold@e1'),
  };
}

const spec = {
  name: 'make',
  title: 'Make a directory',
  targets: () => ['e1'],
  undoneBy: 'nothing changed',
  verify: 'it is there',
  deadlineMs: 10_000,
  change: ({ choices }: { readonly choices: Choices }) => ({
    what: 'make it',
    script: sh`mkdir ${choices.dir}`,
  }),
};

test('looks, changes, proves: what was seen goes from one to the other', async () => {
  const order: string[] = [];
  const hosts = fakeHosts(['e1']);
  hosts.answers.push({ stdout: 'made', recorded: 'as it was' });
  const step = guardedStep<Choices, string>({
    ...spec,
    look: async ({ target }) => {
      order.push('look');
      return `${target}:/seen`;
    },
    change: (_scope, target, seen) => {
      order.push('change');
      return { what: `make ${seen}`, script: sh`mkdir ${seen} ${target}` };
    },
    prove: async (_task, job, seen) => {
      order.push('prove');
      return { seen, said: job.stdout };
    },
  });
  expect(await step.run(task(hosts))).toEqual({ seen: 'e1:/seen', said: 'made', recorded: 'as it was' });
  expect(order).toEqual(['look', 'change', 'prove']);
  expect(hosts.changes[0]?.change.script.text).toBe('mkdir e1:/seen e1');
});

test('given up while it looked, it changes nothing any more', async () => {
  const hosts = fakeHosts(['e1']);
  const late = new AbortController();
  const step = guardedStep<Choices, string>({
    ...spec,
    look: async () => {
      late.abort(new Error('too late'));
      return 'seen';
    },
  });
  await expect(step.run({ ...task(hosts), signal: late.signal })).rejects.toThrow('too late');
  expect(hosts.changes).toEqual([]);
});

test('its plan is what it runs', async () => {
  const hosts = fakeHosts(['e1']);
  const step = guardedStep<Choices, undefined>(spec);
  await step.run(task(hosts));
  expect(step.describe(scope, 'e1')).toEqual(['# make it', hosts.changes[0]?.change.script.text]);
});

test('a plan tells of records, one-shot keys and the size of the standard input, never of its content', () => {
  const step = guardedStep<Choices, undefined>({
    ...spec,
    change: () => ({
      what: 'make it',
      once: 'only',
      record: { name: 'before', script: sh`ls /data` },
      stdin: 'secret',
      script: sh`
mkdir /data
cat >/data/x`,
    }),
  });
  expect(step.describe(scope, 'e1')).toEqual([
    '# make it',
    '# at most once in this run: only',
    '# recorded before, as before:',
    'ls /data',
    '# on its standard input: 6 bytes',
    'mkdir /data',
    'cat >/data/x',
  ]);
});

test('what it would have to look at first is planned with stand-ins, or said to be known later', () => {
  const looking = {
    ...spec,
    look: async () => 'id',
    change: (_scope: unknown, _target: string, seen: string) => ({
      what: 'remove',
      script: sh`remove ${seen}`,
    }),
  };
  expect(guardedStep<Choices, string>(looking).describe(scope, 'e1')).toEqual([
    '# what exactly, is known when the host has been looked at',
  ]);
  expect(
    guardedStep<Choices, string>({ ...looking, planned: (_scope, target) => `id-of-${target}` }).describe(
      scope,
      'e1',
    ),
  ).toEqual(['# remove', 'remove id-of-e1']);
});

test('a job that fails fails the attempt, with what it said; nothing is proven', async () => {
  const hosts = fakeHosts(['e1']);
  hosts.answers.push({ exit: 2, stderr: `${'x'.repeat(5000)} no space left\n` });
  const prove = jest.fn();
  const failed = guardedStep<Choices, undefined>({ ...spec, prove }).run(task(hosts));
  await expect(failed).rejects.toBeInstanceOf(StepFailed);
  await expect(failed).rejects.toMatchObject({ code: 'E_JOB_FAILED', where: 'e1', facts: { exit: 2 } });
  await expect(failed).rejects.toThrow(/on e1 'make it' ended with 2: x{1986} no space left$/);
  expect(prove).not.toHaveBeenCalled();
});

test.each([
  ['E_DISK_FULL', { exit: 1, stderr: "cp: error writing 'x': No space left on device" }],
  ['E_DISK_READ_ONLY', { exit: 1, stderr: 'mkdir: x: Read-only file system' }],
  ['E_NO_PROGRAM', { exit: 127, stderr: 'sh: 1: etcdctl: not found' }],
])('a job that the machine itself was in the way of: %s, and what to do there', async (code, answer) => {
  const hosts = fakeHosts(['e1']);
  hosts.answers.push(answer);
  const failed = guardedStep<Choices, undefined>(spec).run(task(hosts));
  await expect(failed).rejects.toBeInstanceOf(StepFailed);
  await expect(failed).rejects.toMatchObject({
    code,
    hint: expect.stringContaining('e1') as string,
    facts: { exit: answer.exit, stderr: answer.stderr },
  });
});

test('a job that fails in silence: that is said', async () => {
  const hosts = fakeHosts(['e1']);
  hosts.answers.push({ exit: 1, stderr: '' });
  await expect(guardedStep<Choices, undefined>(spec).run(task(hosts))).rejects.toThrow(
    "on e1 'make it' ended with 1: it said nothing",
  );
});

test('a job that refuses pauses the run: another attempt could not help', async () => {
  const hosts = fakeHosts(['e1']);
  hosts.answers.push({ exit: 65, stderr: 'changed by somebody else\n' });
  await expect(guardedStep<Choices, undefined>(spec).run(task(hosts))).rejects.toMatchObject({
    name: 'StepBlocked',
    code: 'E_JOB_REFUSED',
  });
});

test('an exit that is an answer is left to the proof; any other fails as ever', async () => {
  const hosts = fakeHosts(['e1']);
  hosts.answers.push({ exit: 65, stderr: 'it is damaged' }, { exit: 64, stderr: 'no' });
  const step = guardedStep<Choices, undefined>({
    ...spec,
    answers: [65],
    prove: (_task, { exit, stderr }) => Promise.resolve({ exit, stderr }),
  });
  expect(await step.run(task(hosts))).toEqual({ exit: 65, stderr: 'it is damaged' });
  await expect(step.run(task(hosts))).rejects.toMatchObject({ code: 'E_JOB_FAILED' });
});

test('a lost job, a deadline, a fence: the host’s own words', async () => {
  const hosts = fakeHosts(['e1']);
  const error = new HostError('E_DEADLINE', 'too long');
  hosts.answers.push(error);
  await expect(guardedStep<Choices, undefined>(spec).run(task(hosts))).rejects.toBe(error);
});

test('the host ends the job before the engine stops waiting', async () => {
  const hosts = fakeHosts(['e1']);
  const long = { ...spec, change: () => ({ what: 'x', script: sh`true`, deadlineMs: 99_000 }) };
  const short = { ...spec, change: () => ({ what: 'x', script: sh`true`, deadlineMs: 3_000 }) };
  for (const each of [spec, long, short]) await guardedStep<Choices, undefined>(each).run(task(hosts));
  expect(hosts.changes.map(({ change }) => change.deadlineMs)).toEqual([10_000, 10_000, 3_000]);
  expect(guardedStep<Choices, undefined>(spec).deadlineMs).toBe(70_000);
});

test('a reading step is a step that reads', () => {
  const run = async () => ({});
  const step = { name: 'look', title: 'Look', verify: 'seen', deadlineMs: 1, describe: () => [], run };
  expect(readStep<Choices>(step)).toEqual({ kind: 'read', ...step });
});

describe('what must hold first', () => {
  const first = (): Promise<void> =>
    Promise.reject(new StepFailed('E_NOT_HELD', 'somebody started it', { hint: 'Stop it.' }));

  test('is asked before anything is changed', async () => {
    const hosts = fakeHosts(['e1']);
    await expect(guardedStep<Choices, undefined>({ ...spec, first }).run(task(hosts))).rejects.toMatchObject({
      code: 'E_NOT_HELD',
    });
    expect(hosts.changes).toEqual([]);
  });

  test('is not asked again of a job that was made: that is taken up', async () => {
    const hosts = fakeHosts(['e1']);
    const made = task(hosts);
    const hands = {
      ...made.hands,
      host: made.hands.host,
      jobs: () => Promise.resolve([{ intent: made.intent.id, state: 'exited' as const, exit: 0 }]),
    };
    await guardedStep<Choices, undefined>({ ...spec, first }).run({ ...made, hands });
    expect(hosts.changes).toHaveLength(1);
  });
});
