import type { RunResult } from '@pawl/engine';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { whyNoPrivateHost } from '../../packages/hosts/test/guard/private-host';
import { keysIn, letMigrate, standingStill, STAND_STILL } from './caught';
import { BENCH_RUN as run, benchStart, FOLDER, migrateBench, type Bench } from './migrate-bench';
import { KEYS, v2Data, type V2Data } from './v2-data';

const whyNot = whyNoPrivateHost();
if (whyNot !== undefined) process.stderr.write(`\nLEFT OUT: migrate, really interrupted (${whyNot}).\n\n`);

/** `describe`, or a loud skip where there can be no private host. */
export const describeDoubt = whyNot === undefined ? describe : describe.skip;

export const MEMBER = '/var/lib/etcd/member';
export const RUN_MIGRATE = 'okd-etcd-v2-to-v3/migrate/run-migrate@etcd1';

class Crash extends Error {}

/** A bench for each test, on data made once, and what the tests say to it. */
export function migrateInDoubt() {
  let data: V2Data;
  let bench: Bench;

  beforeAll(async () => {
    data = await v2Data();
  });
  afterAll(() => data.remove());
  afterEach(async () => bench.close());

  const begin = async (kind: 'v2' | 'v3' = 'v2'): Promise<void> => {
    bench = await migrateBench(data.member(kind));
  };
  const start = (pauseBefore?: string): Promise<RunResult> => {
    const more = pauseBefore === undefined ? {} : { pauseBefore };
    const started = bench.controller().engine.start({ ...benchStart, ...more });
    // A test that fails before it waits for this one says why itself.
    started.catch(() => undefined);
    return started;
  };
  const whole = (): void => expect(keysIn(bench.host, `${MEMBER}/snap/db`)).toBe(data.rows);
  const jobs = (): readonly string[] =>
    readdirSync(bench.host.path(`/var/lib/pawl/runs/${run}/jobs`)).filter((job) =>
      job.includes('run-migrate'),
    );

  return {
    get at() {
      return { data, bench };
    },
    begin,
    start,
    whole,
    jobs,
    resume: (): Promise<RunResult> => bench.controller().engine.resume({ run, takeOver: true }),
    decide: (choice: string): Promise<RunResult> =>
      bench.controller().engine.decide({ run, takeOver: true, choice, reason: 'looked at' }),
    /** The controller dies at a boundary: nothing after it is done or written. */
    async dying(at: string): Promise<void> {
      let dead = false;
      const faultPoint = (name: string): void => {
        dead ||= name === `${RUN_MIGRATE}/${at}`;
        if (dead) throw new Crash(at);
      };
      await expect(bench.controller({ faultPoint }).engine.start(benchStart)).rejects.toThrow(at);
    },
    there: (name: string): boolean => existsSync(bench.host.path(`${FOLDER}/${name}`)),
    /** What the one job of migrate printed. */
    printed(stream: 'stdout' | 'stderr'): string {
      const [job = ''] = jobs();
      return readFileSync(bench.host.path(`/var/lib/pawl/runs/${run}/jobs/${job}/${stream}`), 'utf8');
    },
    /** Caught with that share of its keys in the copy, proven; killed; the run goes on by itself. */
    async killed(share: number, how: 'its host crashes' | 'it is killed on its host'): Promise<void> {
      await begin();
      bench.beforeMigrate(STAND_STILL);
      const started = start();
      const pid = await standingStill(bench.host);
      bench.beforeMigrate(undefined);
      const keys = await letMigrate(bench.host, pid, `${FOLDER}/copy-1`, KEYS * share, KEYS);
      if (how === 'its host crashes') bench.host.crash();
      else process.kill(pid, 'SIGKILL');
      expect(await started).toMatchObject({ outcome: 'completed' });
      expect(bench.migrates()).toEqual(['copy-1', 'copy-2']);
      expect(keysIn(bench.host, `${FOLDER}/discarded-1/member/snap/db`)).toBe(keys);
      process.stdout.write(`killed with ${keys} of ${KEYS} keys in the copy\n`);
      expect(existsSync(bench.host.path(`${FOLDER}/copy-1`))).toBe(false);
      whole();
    },
  };
}
