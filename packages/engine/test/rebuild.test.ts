import type { LostRun, JsonObject } from '@pawl/engine';
import { newFolder, openBench, removeFolders, RUN } from './machines/bench';
import { lostRun } from './machines/fake-world';
import { GO_ON, lostAt, pausedBeforeFinish, rebuild, uninterrupted } from './machines/lost-database';
import { tidyMachine, WIDE_CHOICES, wideMachine } from './machines/wide';

afterAll(removeFolders);

describe('a rebuilt run', () => {
  test('rests in doubt and says from what; a plain resume does not move it', async () => {
    const bench = await lostAt({ name: 'wide/work/convert@a/host:after', nth: 2 });
    const rests = {
      state: 'in-doubt',
      phase: 'work',
      step: 'convert',
      reason: {
        code: 'E_REBUILT',
        facts: { hosts: ['world'], pointOfNoReturn: 'not crossed' },
        choices: [{ name: 'go-on' }],
      },
      openIntents: [{ step: 'work/convert', target: 'a' }],
    };
    expect(bench?.engine.status(RUN)).toMatchObject(rests);
    expect(await bench?.engine.resume({ run: RUN })).toMatchObject({ outcome: 'in-doubt' });
    await expect(bench?.engine.decide({ ...GO_ON, choice: 'ask-again' })).rejects.toMatchObject({
      code: 'E_NO_SUCH_CHOICE',
    });
    expect(bench?.engine.status(RUN)).toMatchObject(rests);
    expect(bench?.store.load(RUN)?.claim.earlier).toEqual(['a claim that a fence carries']);
    bench?.close();
  });

  test('can be lost and rebuilt again: what it has done since then counts', async () => {
    const first = await lostAt({ name: 'wide/stop/halt@b/host:after', nth: 1 });
    const whole = await uninterrupted();
    await first?.engine.decide({ ...GO_ON, pauseBefore: 'finish' });
    first?.close();
    const again = rebuild(first?.dir ?? '');
    expect(again.engine.status(RUN)).toMatchObject({ step: 'paint' });
    expect(await again.engine.decide(GO_ON)).toMatchObject({ outcome: 'completed' });
    expect(again.effects()).toEqual(whole.effects);
    again.close();
  });

  test('has its intents where they stood, and says of every other row that it is lost', async () => {
    const bench = await lostAt({ name: 'wide/stop/halt@b/host:after', nth: 1 });
    const rows = bench?.store.journal(RUN) ?? [];
    for (const { seq, kind, data } of rows.filter((row) => row.kind === 'intent'))
      expect([kind, (data['intent'] as string).slice(0, 4)]).toEqual([
        'intent',
        String(seq).padStart(4, '0'),
      ]);
    expect(rows.filter(({ kind }) => kind === 'lost').length).toBeGreaterThan(0);
    expect(rows.slice(-2).map(({ kind }) => kind)).toEqual(['rebuilt', 'in-doubt']);
    bench?.close();
  });

  test('that had completed rests there, and still takes its way back', async () => {
    const again = rebuild(await pausedBeforeFinish(), (found) => ({ ...found, closed: found.hosts }));
    expect(again.engine.status(RUN)).toMatchObject({ state: 'completed', openIntents: [] });
    expect(await again.engine.rollback({ run: RUN })).toMatchObject({ outcome: 'rolled-back' });
    again.close();
  });
});

describe('fences that are closed stand for what came behind the last job', () => {
  const partly = (found: LostRun): LostRun => ({ ...found, hosts: ['w1', 'w2'], closed: ['w1'] });

  test('closed on some hosts: it stands at its last step, in doubt, and goes on with that', async () => {
    const whole = await uninterrupted();
    const again = rebuild(await pausedBeforeFinish(), partly);
    expect(again.engine.status(RUN)).toMatchObject({
      ...{ state: 'in-doubt', phase: 'finish', step: 'announce', openIntents: [] },
      reason: {
        code: 'E_REBUILT',
        message: expect.stringContaining('was closing its fences: w1 of w1, w2') as unknown,
        hint: expect.stringContaining('A rollback works from here') as unknown,
        where: 'finish/announce',
      },
    });
    expect(await again.engine.decide(GO_ON)).toMatchObject({ outcome: 'completed' });
    expect(again.effects()).toEqual(whole.effects);
    again.close();
  });

  test('of a cleanup, on some hosts: it goes on with its own last step, and nothing is said of a way back', async () => {
    const again = rebuild(await cleanedUp(), partly, tidyMachine());
    expect(again.engine.status(RUN)).toMatchObject({
      ...{ state: 'in-doubt', direction: 'cleanup', phase: 'let-go', step: 'close' },
      reason: { hint: expect.not.stringContaining('A rollback works') as unknown },
    });
    expect(await again.engine.decide(GO_ON)).toMatchObject({ outcome: 'closed' });
    again.close();
  });

  test('of a cleanup, on all hosts: it rests closed, and can be cleaned up further', async () => {
    const again = rebuild(await cleanedUp(), (found) => ({ ...found, closed: found.hosts }), tidyMachine());
    expect(again.engine.status(RUN)).toMatchObject({ state: 'closed', direction: 'ended', openIntents: [] });
    await expect(again.engine.rollback({ run: RUN })).rejects.toMatchObject({ code: 'E_ENDED' });
    expect(await again.engine.cleanup({ run: RUN, remove: [] })).toMatchObject({ outcome: 'closed' });
    again.close();
  });

  test('of a cleanup, on none: it stands at its last job, and says that there is no way back', async () => {
    const again = rebuild(await cleanedUp(), undefined, tidyMachine());
    expect(again.engine.status(RUN)).toMatchObject({
      ...{ state: 'in-doubt', direction: 'cleanup' },
      reason: { hint: expect.stringContaining('there is no way back any more') as unknown },
    });
    expect(await again.engine.decide(GO_ON)).toMatchObject({ outcome: 'closed' });
    again.close();
  });

  async function cleanedUp(): Promise<string> {
    const bench = openBench(tidyMachine(), newFolder());
    await bench.engine.start({ machineId: 'wide', run: RUN, choices: WIDE_CHOICES });
    expect(await bench.engine.cleanup({ run: RUN, remove: ['boxes'] })).toMatchObject({ outcome: 'closed' });
    bench.close();
    return bench.dir;
  }
});

describe('is refused', () => {
  const without = (key: string, job: LostRun['jobs'][number]): LostRun['jobs'][number] => {
    const { [key]: _gone, ...kept } = job.kept;
    return { ...job, kept };
  };
  const of = (job: LostRun['jobs'][number], more: JsonObject) => ({
    ...job,
    kept: { ...job.kept, ...more },
  });

  test.each<[string, string, (found: LostRun) => LostRun]>([
    ['nothing to rebuild', 'E_NO_JOB', (found) => ({ ...found, jobs: [] })],
    [
      'a job that keeps its intent only',
      'E_JOBS_UNREADABLE',
      (found) => ({ ...found, jobs: found.jobs.map((job) => without('standing', job)) }),
    ],
    [
      'a job of another name than its intent',
      'E_JOBS_UNREADABLE',
      (found) => ({ ...found, jobs: found.jobs.map((job) => ({ ...job, intent: 'x' })) }),
    ],
    [
      'jobs of two runs',
      'E_HOSTS_DISAGREE',
      ({ jobs: [first, ...jobs], ...found }) => ({
        ...found,
        jobs: first === undefined ? jobs : [of(first, { choices: { hosts: [], spent: 0 } }), ...jobs],
      }),
    ],
    [
      'a machine that is not here',
      'E_NO_MACHINE',
      (found) => ({ ...found, jobs: found.jobs.map((job) => of(job, { machineId: 'narrow' })) }),
    ],
    [
      'another definition',
      'E_DEFINITION_CHANGED',
      (found) => ({
        ...found,
        jobs: found.jobs.map((job) =>
          of(job, { standing: { ...(job.kept['standing'] as JsonObject), definitionHash: 'another' } }),
        ),
      }),
    ],
  ])('%s', async (_, code, change) => {
    const bench = await lostAt({ name: 'wide/stop/halt@b/host:after', nth: 1 });
    const other = openBench(wideMachine(), newFolder());
    const found = change(lostRun(bench?.world ?? '', RUN));
    expect(() => other.engine.rebuild(found)).toThrow(expect.objectContaining({ code }));
    expect(other.store.list()).toEqual([]);
    expect(() => bench?.engine.rebuild(lostRun(bench.world, RUN))).toThrow(
      expect.objectContaining({ code: 'E_RUN_EXISTS' }),
    );
    bench?.close();
    other.close();
  });
});
