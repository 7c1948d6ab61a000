import { existsSync, rmSync } from 'node:fs';
import { parentOf, stateOf, until } from '../lab/processes';
import { keysIn, letMigrate, standingStill, STAND_STILL, wakeUp } from './caught';
import { describeDoubt, MEMBER, migrateInDoubt } from './in-doubt';
import { BENCH_RUN as run, benchStart, FOLDER } from './migrate-bench';
import { KEYS } from './v2-data';

jest.setTimeout(240_000);

/** The other rows of "Did migrate happen?": see `in-doubt.test.ts`. */
describeDoubt('did migrate happen?', () => {
  const doubt = migrateInDoubt();
  const { begin, start, resume, decide, dying, there, whole, jobs, killed } = doubt;

  test('past its deadline: ended on its host, that copy is discarded, another one is migrated, once', async () => {
    await begin();
    doubt.at.bench.beforeMigrate(STAND_STILL);
    const { engine } = doubt.at.bench.controller({ deadlineMs: 15_000 });
    const started = engine.start(benchStart);
    const pid = await standingStill(doubt.at.bench.host);
    doubt.at.bench.beforeMigrate(undefined);
    const keys = await letMigrate(doubt.at.bench.host, pid, `${FOLDER}/copy-1`, KEYS * 0.05, KEYS);
    expect(await started).toMatchObject({ outcome: 'completed' });
    // Ended; who reaps it, and when, is the host's business.
    expect(['', 'Z']).toContain(stateOf(pid));
    expect(doubt.at.bench.migrates()).toEqual(['copy-1', 'copy-2']);
    expect(keysIn(doubt.at.bench.host, `${FOLDER}/discarded-1/member/snap/db`)).toBeGreaterThanOrEqual(keys);
    whole();
  });

  test.each([
    ['early', 0.06, 'its host crashes'],
    ['early', 0.06, 'it is killed on its host'],
    ['late', 0.7, 'its host crashes'],
    ['late', 0.7, 'it is killed on its host'],
  ] as const)(
    '%s (from %d of its keys on) %s: that copy is discarded, another one is migrated, once',
    (_, share, how) => killed(share, how),
  );

  test('killed after its exit, before the mark: nothing says that it ended well, so that copy is not taken', async () => {
    await begin();
    doubt.at.bench.beforeMigrate(STAND_STILL);
    const started = start();
    const pid = await standingStill(doubt.at.bench.host);
    doubt.at.bench.beforeMigrate(undefined);
    process.kill(parentOf(pid), 'SIGSTOP');
    wakeUp(pid);
    await until('migrate has ended', () => stateOf(pid) === 'Z');
    expect(keysIn(doubt.at.bench.host, `${FOLDER}/copy-1/member/snap/db`)).toBe(doubt.at.data.rows);
    doubt.at.bench.host.crash();
    expect(await started).toMatchObject({ outcome: 'completed' });
    expect(doubt.at.bench.migrates()).toEqual(['copy-1', 'copy-2']);
    whole();
  });

  test('it fails each time: the third is paused, with what it printed; mended, it is migrated once more', async () => {
    await begin();
    // It maps 10 GiB [measured]: the real one panics, exit 2.
    doubt.at.bench.beforeMigrate('ulimit -v 4000000');
    const { outcome, reason } = await start();
    expect([outcome, reason?.code]).toEqual(['paused', 'E_SPENT']);
    expect(JSON.stringify(reason?.facts)).toContain('"exit":2');
    expect(doubt.at.bench.migrates()).toEqual(['copy-1', 'copy-2', 'copy-3']);
    doubt.at.bench.beforeMigrate(undefined);
    expect(await resume()).toMatchObject({ outcome: 'completed' });
    expect(doubt.at.bench.migrates()).toEqual(['copy-1', 'copy-2', 'copy-3', 'copy-4']);
    expect([there('discarded-2'), there('discarded-3')]).toEqual([false, true]);
    whole();
  });

  test('its marks were removed: in doubt; the copy that was tried is never migrated again', async () => {
    await begin();
    doubt.at.bench.beforeMigrate(STAND_STILL);
    await dying('host:during');
    const pid = await standingStill(doubt.at.bench.host);
    doubt.at.bench.beforeMigrate(undefined);
    await letMigrate(doubt.at.bench.host, pid, `${FOLDER}/copy-1`, KEYS * 0.1, KEYS);
    doubt.at.bench.host.crash();
    for (const job of jobs())
      rmSync(doubt.at.bench.host.path(`/var/lib/pawl/runs/${run}/jobs/${job}`), { recursive: true });
    expect(await resume()).toMatchObject({ outcome: 'in-doubt', reason: { code: 'E_MARKS_GONE' } });
    expect(doubt.at.bench.migrates()).toEqual(['copy-1']);
    const controller = doubt.at.bench.controller();
    await expect(
      controller.engine.decide({ run, takeOver: true, choice: 'done', reason: 'x' }),
    ).rejects.toMatchObject({ code: 'E_NO_SUCH_CHOICE', hint: 'Choices: ask-again, start-over.' });
    expect(await decide('start-over')).toMatchObject({ outcome: 'completed' });
    expect(doubt.at.bench.migrates()).toEqual(['copy-1', 'copy-2']);
    const [decided] = controller.rows().filter(({ kind }) => kind === 'decided');
    expect(decided?.data).toMatchObject({
      choice: 'start-over',
      reason: 'looked at',
      by: expect.any(String) as unknown,
      seen: { code: 'E_MARKS_GONE', facts: { copyHasStartedMark: true, jobs: [] } },
    });
    whole();
  });

  test('the disk is full: that copy is discarded; with room again another one is migrated, once', async () => {
    await begin();
    await start('migrate');
    const room = Number(doubt.at.bench.host.sh('du -sk /var/lib/etcd | cut -f1'));
    // The database of the copy gets a third of what it needs.
    doubt.at.bench.host.sh(
      `cp -a /var/lib/etcd /run/aside && mount -t tmpfs -o size=${room + 2500}k tmpfs /var/lib/etcd && cp -a /run/aside/. /var/lib/etcd/`,
    );
    const { outcome, step, reason } = await resume();
    // What was discarded takes the room of the next copy.
    expect([outcome, step, reason?.code]).toEqual(['paused', 'copy', 'E_DISK_FULL']);
    expect(doubt.at.bench.migrates()).toEqual(['copy-1']);
    expect(existsSync(doubt.at.bench.host.path(MEMBER))).toBe(false);
    doubt.at.bench.host.sh('mount -o remount,size=1g /var/lib/etcd');
    expect(await resume()).toMatchObject({ outcome: 'completed' });
    expect(doubt.at.bench.migrates()).toEqual(['copy-1', 'copy-2']);
    whole();
  });
});
