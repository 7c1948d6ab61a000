import { compareWithV3, OAUTH_PREFIXES, walkV3, type V3Entry } from '@pawl/etcd';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { localHost } from '../../packages/etcd/test/helpers/local-host';
import { until } from '../lab/processes';
import { letMigrate, standingStill, STAND_STILL, wakeUp } from './caught';
import { describeDoubt, MEMBER, migrateInDoubt, RUN_MIGRATE } from './in-doubt';
import { BENCH_RUN as run, benchStart, FOLDER } from './migrate-bench';
import { KEYS } from './v2-data';

// It is let go on a little at a time, as far as a busy machine lets it.
jest.setTimeout(240_000);

/**
 * Rows of "Did migrate happen?" (docs/machine.md), with a real etcdctl that is really interrupted; what it does is counted.
 * The others: `in-doubt.crash.test.ts`.
 */
describeDoubt('did migrate happen?', () => {
  const doubt = migrateInDoubt();
  const { begin, start, resume, decide, dying, there, whole, jobs, printed, killed } = doubt;

  test('no job: its owner died between the commit and the job; it begins, once', async () => {
    await begin();
    await dying('host:before');
    expect([doubt.at.bench.migrates(), jobs()]).toEqual([[], []]);
    expect(await resume()).toMatchObject({ outcome: 'completed' });
    expect(doubt.at.bench.migrates()).toEqual(['copy-1']);
    whole();
  });

  test('it runs, and its owner is dead: the next one waits for the very same', async () => {
    await begin();
    doubt.at.bench.beforeMigrate(STAND_STILL);
    await dying('host:during');
    const pid = await standingStill(doubt.at.bench.host);
    await letMigrate(doubt.at.bench.host, pid, `${FOLDER}/copy-1`, KEYS * 0.3, KEYS);
    const claimed = doubt.at.bench.host.sh('cat /var/lib/pawl/fence');
    const resumed = resume();
    await until(
      'the next owner has the host',
      () => doubt.at.bench.host.sh('cat /var/lib/pawl/fence') !== claimed,
    );
    wakeUp(pid);
    expect(await resumed).toMatchObject({ outcome: 'completed' });
    expect([doubt.at.bench.migrates(), jobs().length]).toEqual([['copy-1'], 1]);
    whole();
  });

  test('another process has the copy’s database: ended at once, who it is is said, and a person decides', async () => {
    await begin();
    doubt.at.bench.beforeMigrate('until [ -e /var/lib/go ]; do sleep 0.02; done');
    const started = start();
    await until('migrate is about to begin', () => doubt.at.bench.migrates().length === 1);
    const db = `${FOLDER}/copy-1/member/snap/db`;
    const holder = spawn('nsenter', [
      '-t',
      String(doubt.at.bench.host.keeper),
      '-m',
      'flock',
      db,
      'sleep',
      '600',
    ]);
    await until('the holder has it', () =>
      doubt.at.bench.host.sh(`flock -n ${db} true && echo free || echo held`).includes('held'),
    );
    doubt.at.bench.beforeMigrate(undefined);
    writeFileSync(doubt.at.bench.host.path('/var/lib/go'), '');
    const { outcome, reason } = await started;
    expect([outcome, reason?.code]).toEqual(['in-doubt', 'E_COPY_IN_USE']);
    const said = printed('stderr');
    expect(said).toMatch(/waiting for etcd to close[\s\S]*is open in process \d+ \(flock\)/);
    expect(JSON.stringify(reason)).toMatch(/process \d+ \(flock\)/);
    expect(reason?.choices?.map(({ name, cost }) => [name, typeof cost])).toEqual([
      ['ask-again', 'string'],
      ['start-over', 'string'],
    ]);
    expect(await decide('ask-again')).toMatchObject({ outcome: 'in-doubt' });
    expect(doubt.at.bench.migrates()).toEqual(['copy-1']);
    holder.kill();
    expect(await decide('start-over')).toMatchObject({ outcome: 'completed' });
    expect(doubt.at.bench.migrates()).toEqual(['copy-1', 'copy-2']);
    whole();
  });

  test('a wrong directory: `no v2 keys to migrate` is never promoted, and a person decides', async () => {
    await begin();
    await start('migrate');
    const copy = doubt.at.bench.host.path(`${FOLDER}/copy-1/member`);
    rmSync(copy, { recursive: true });
    cpSync(doubt.at.data.member('empty'), copy, { recursive: true });
    const { outcome, reason } = await resume();
    expect([outcome, reason?.code, reason?.where]).toEqual([
      'in-doubt',
      'E_NO_V2_KEYS',
      `etcd1:${FOLDER}/copy-1`,
    ]);
    expect(existsSync(doubt.at.bench.host.path(MEMBER))).toBe(false);
    expect(await decide('start-over')).toMatchObject({ outcome: 'completed' });
    expect(doubt.at.bench.migrates()).toEqual(['copy-1', 'copy-2']);
    whole();
  });

  test('a copy whose log lost its end: exit 0 and the success line, and the comparison sees what is missing', async () => {
    await begin();
    await start('migrate');
    const wal = doubt.at.bench.host.path(`${FOLDER}/copy-1/member/wal`);
    const [log = ''] = readdirSync(wal);
    const at = readFileSync(`${wal}/${log}`).indexOf(`/kubernetes.io/pods/ns/p${KEYS / 24}`);
    truncateSync(`${wal}/${log}`, at);
    expect(await resume()).toMatchObject({ outcome: 'completed' });
    expect(doubt.at.bench.migrates()).toEqual(['copy-1']);
    const output = printed('stdout');
    expect(output).toContain('finished transforming keys');
    const etcd = await doubt.at.data.start(doubt.at.bench.host.path(MEMBER));
    const entries: V3Entry[] = [];
    for await (const entry of walkV3(localHost(), etcd, { secretPrefixes: OAUTH_PREFIXES, limit: 500 }))
      entries.push(entry);
    await etcd.stop();
    expect(entries.length).toBeGreaterThan(0);
    const compared = await compareWithV3(doubt.at.data.manifest, entries, { now: Date.now() });
    expect(compared).toMatchObject({ equal: false, differences: KEYS - entries.length });
  });

  test('the host belongs to another claim, or to another run, by then: refused there, and nothing is begun', async () => {
    await begin();
    const fence = (): string => doubt.at.bench.host.path('/var/lib/pawl/fence');
    for (const line of [/^claim .*$/m, /^run .*$/m]) {
      let own = '';
      const faultPoint = (name: string): void => {
        if (name !== `${RUN_MIGRATE}/host:before`) return;
        own = readFileSync(fence(), 'utf8');
        const [word = ''] = line.exec(own) ?? [];
        writeFileSync(fence(), own.replace(word, `${word.split(' ')[0] ?? ''} another`));
      };
      const { engine } = doubt.at.bench.controller({ faultPoint });
      const asked =
        line.source === '^claim .*$' ? engine.start(benchStart) : engine.resume({ run, takeOver: true });
      await expect(asked).rejects.toMatchObject({ code: 'E_FENCED' });
      writeFileSync(fence(), own);
    }
    expect([doubt.at.bench.migrates(), there('copy-1/migrate-started')]).toEqual([[], false]);
    expect(await resume()).toMatchObject({ outcome: 'completed' });
    expect(doubt.at.bench.migrates()).toEqual(['copy-1']);
  });

  test('an original that holds v3 data is neither copied nor migrated', async () => {
    await begin('v3');
    const { outcome, step, reason } = await start();
    expect([outcome, step, reason?.code]).toEqual(['paused', 'copy', 'E_JOB_REFUSED']);
    expect(reason?.message).toMatch(/holds v3 data, revision \d+: it is not migrated/);
    expect([doubt.at.bench.migrates(), there('copy-1')]).toEqual([[], false]);
  });

  test('in the middle its host crashes: that copy is discarded, another one is migrated, once', () =>
    killed(0.5, 'its host crashes'));
});
