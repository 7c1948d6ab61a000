import {
  databaseOf,
  labAvailable,
  labDown,
  labForget,
  labUp,
  MIGRATE,
  runPawl,
  startPawl,
  type Lab,
  type Observer,
  type PawlOptions,
  type PawlProcess,
  type PawlResult,
} from '@pawl/lab';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PAWL_KILLED_AT } from '../../../test/lab/kill-pawl';
import { onlyRun, originalsUntouched, sh } from '../../../test/lab/lab-hosts';
import { saidBy } from '../../../test/lab/untouched';
import { whenSaid } from '../../../test/lab/when-said';

jest.setTimeout(10 * 60_000);

const NAME = 'okd-twice';
const MACHINE = 'okd-etcd-v2-to-v3';
const story = labAvailable().ok ? describe : describe.skip;

/** Two hands on one cluster, and a migrate that loses its controller, its connection or its host: counted from outside. */
story('never twice', () => {
  let lab: Lab;
  let observer: Observer | undefined;
  const seen = (): Observer => {
    if (observer === undefined) throw new Error('nobody watches');
    return observer;
  };

  const other = (): string => path.join(lab.controllerDir, 'other', 'pawl.db');
  const begin = (...more: readonly string[]): readonly string[] => [
    'run',
    ...['-i', lab.inventoryPath, '--no-input', '--accept-point-of-no-return', `api.${NAME}.lab`],
    ...more,
  ];
  const pawl = (args: readonly string[], more: PawlOptions = {}): Promise<PawlResult> =>
    runPawl(lab, args, more);
  const migrates = async (): Promise<readonly string[]> => {
    await seen().settle();
    return seen()
      .events({ argv: MIGRATE })
      .map(({ argv }) => argv.split('/').at(-1) ?? '');
  };
  const startOver = async (save: string): Promise<void> => {
    await observer?.stop();
    await lab.load(save);
    observer = await lab.observer();
  };
  /** A controller that stands still at a boundary, until it is woken. */
  const stoppedAt = async (args: readonly string[], at: string): Promise<PawlProcess> => {
    let stopped = false;
    const process_ = startPawl(lab, args, {
      entry: PAWL_KILLED_AT,
      env: { PAWL_TEST_STOP_AT: `${MACHINE}/${at}` },
      onOutput: whenSaid([[/stopped at/, () => (stopped = true)]]),
    });
    const ended = process_.ended.then((result) => {
      throw new Error(`it ended before it stood still: ${saidBy(result)}`);
    });
    await Promise.race([ended, until(() => stopped)]);
    ended.catch(() => undefined);
    return process_;
  };

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 1, masters: 1, etcdElectionMs: 500 }, { replace: true });
    await lab.fill({ keys: 800, valueBytes: 2048 });
    await lab.startMasters();
    await lab.save('filled');
    observer = await lab.observer();
  });

  afterAll(async () => {
    await observer?.stop();
    await labDown(NAME);
    for (const save of ['filled', 'ready']) labForget(NAME, save);
  });

  test('two controllers with two databases begin at once: one holds the hosts, the other is told so, exit 7', async () => {
    const both = await Promise.all(
      [databaseOf(lab), other()].map((database) =>
        pawl(begin('--pause-before', 'stop-masters'), { database }),
      ),
    );
    expect(both.map(({ exit }) => exit).toSorted()).toEqual([4, 7]);
    const refused = both.filter(({ exit }) => exit === 7).map(saidBy);
    expect(refused).toEqual([expect.stringMatching(/E_FENCED.*pawl\.db|pawl\.db.*E_FENCED/)]);
    const winner = both[0]?.exit === 4 ? databaseOf(lab) : other();
    const fences = await Promise.all(
      lab.hosts.map(async ({ name }) => sh(lab, name, 'cat /var/lib/pawl/fence')),
    );
    expect(fences.map((fence) => /^database (.*)$/m.exec(fence)?.[1])).toEqual([winner, winner]);
    if (winner !== databaseOf(lab)) {
      await startOver('filled');
      expect((await pawl(begin('--pause-before', 'stop-masters'))).exit).toBe(4);
    }
  });

  test('two on one database: the second is told who drives it, exit 7; taken over by name, the first is refused at its next write', async () => {
    const first = await stoppedAt(
      ['resume', '--no-input', '--pause-before', 'migrate'],
      'back-up/members@etcd1/outcome:before-commit',
    );
    expect(await pawl(['resume', '--no-input']).then((result) => [result.exit, saidBy(result)])).toEqual([
      7,
      expect.stringMatching(new RegExp(`is being driven by .*process ${first.pid}.*E_OWNED`)),
    ]);
    expect((await pawl(begin())).exit).toBe(3);
    const taken = await pawl(['resume', '--no-input', '--take-over', '--pause-before', 'migrate']);
    expect([taken.exit, saidBy(taken)]).toEqual([4, expect.stringContaining('told to pause before migrate')]);
    process.kill(first.pid, 'SIGCONT');
    const woken = await first.ended;
    expect([woken.exit, saidBy(woken)]).toEqual([7, expect.stringContaining('E_CLAIM_LOST')]);
  });

  test('woken between its commit and its job, after it was taken over: refused on the host, exit 7, and nothing is begun', async () => {
    await lab.save('ready');
    await startOver('ready');
    const run = await onlyRun(lab);
    const first = await stoppedAt(['resume', '--no-input'], 'migrate/run-migrate@etcd1/host:before');
    const taken = await pawl(['resume', '--no-input', '--take-over', '--pause-before', 're-form']);
    expect([taken.exit, saidBy(taken)]).toEqual([4, expect.stringContaining('told to pause before re-form')]);
    expect(await migrates()).toEqual(['copy-1']);
    const jobs = await sh(lab, 'etcd1', `ls /var/lib/pawl/runs/${run}/jobs`);
    process.kill(first.pid, 'SIGCONT');
    const woken = await first.ended;
    expect([woken.exit, saidBy(woken)]).toEqual([
      7,
      expect.stringMatching(
        new RegExp(
          `etcd1 belongs to ${run} under a claim that is not known here: it was taken over.*E_FENCED`,
        ),
      ),
    ]);
    expect(await sh(lab, 'etcd1', `ls /var/lib/pawl/runs/${run}/jobs`)).toBe(jobs);
    expect(await migrates()).toEqual(['copy-1']);
  });

  describe('while migrate runs', () => {
    /** Begins migrate and holds it still on its host. */
    const atMigrate = async (): Promise<{ controller: PawlProcess; migrate: number; run: string }> => {
      await startOver('ready');
      const controller = startPawl(lab, ['resume', '--no-input', '--pause-before', 're-form']);
      let migrate: number | undefined;
      await until(() => (migrate = seen().events({ host: 'etcd1', argv: MIGRATE })[0]?.pid) !== undefined);
      if (migrate === undefined) throw new Error('migrate was not seen');
      process.kill(migrate, 'SIGSTOP');
      return { controller, migrate, run: await onlyRun(lab) };
    };

    test('the connection is lost: the same controller re-attaches, and its fence is not opened meanwhile', async () => {
      const { controller, migrate, run } = await atMigrate();
      const busy = await pawl(['unfence', '-i', lab.inventoryPath, run, '--reason', 'x', '--yes'], {
        database: other(),
      });
      expect([busy.exit, saidBy(busy)]).toEqual([
        3,
        expect.stringMatching(
          /jobs of .* are still running: .*migrate.run-migrate.etcd1.* on etcd1.*E_JOBS_RUNNING/,
        ),
      ]);
      await lab.cut('etcd1');
      // Its end is told to the controller at once, who would wait 45 s for it: it knocks anew, and is not answered.
      toSockets(lab, 'etcd1', '-K', 'state', 'established');
      await until(() => toSockets(lab, 'etcd1', 'state', 'syn-sent') !== '', 250);
      await lab.heal('etcd1');
      process.kill(migrate, 'SIGCONT');
      expect((await controller.ended).exit).toBe(4);
      expect(await migrates()).toEqual(['copy-1']);
      await originalsUntouched(lab, run);
    });

    test('connection and controller are lost: the next one re-attaches', async () => {
      const { controller, migrate, run } = await atMigrate();
      await lab.cut('etcd1');
      controller.kill();
      await controller.ended;
      await lab.heal('etcd1');
      let waits = false;
      const next = startPawl(lab, ['resume', '--no-input', '--pause-before', 're-form', '--events'], {
        onOutput: whenSaid([[/"kind":"resumed"/, () => (waits = true)]]),
      });
      await until(() => waits);
      process.kill(migrate, 'SIGCONT');
      expect((await next.ended).exit).toBe(4);
      expect(await migrates()).toEqual(['copy-1']);
      await originalsUntouched(lab, run);
    });

    test('its host crashes: that copy is discarded, never promoted, and a new one is migrated once', async () => {
      const { controller, run } = await atMigrate();
      await lab.crash('etcd1');
      await lab.boot('etcd1');
      let { exit } = await controller.ended;
      if (exit === 4 && !(await sh(lab, 'etcd1', `ls /var/lib/etcd/pawl-${run}`)).includes('discarded-1'))
        ({ exit } = await pawl(['resume', '--no-input', '--pause-before', 're-form']));
      expect(exit).toBe(4);
      expect(await migrates()).toEqual(['copy-1', 'copy-2']);
      expect(await sh(lab, 'etcd1', `cd /var/lib/etcd/pawl-${run} && ls -d copy-* discarded-*`)).toMatch(
        /discarded-1/,
      );
      await originalsUntouched(lab, run);
    });

    test('and that run comes to its end, as one that nothing happened to', async () => {
      const ended = await pawl(['resume', '--no-input']);
      expect([ended.exit, saidBy(ended)]).toEqual([0, expect.stringContaining('completed')]);
      expect(await migrates()).toHaveLength(2);
    });
  });
});

/** `ss` in the controller's network: the sockets that lead to a host. */
function toSockets(lab: Lab, host: string, ...words: readonly string[]): string {
  const [program = '', ...enter] = lab.enter;
  return spawnSync(program, [
    ...enter,
    'ss',
    '-tnH',
    ...words,
    'dst',
    lab.host(host).address,
  ]).stdout.toString();
}

async function until(happened: () => boolean, everyMs = 4): Promise<void> {
  for (let waited = 0; !happened(); waited += everyMs) {
    if (waited > 120_000) throw new Error('it was not seen to happen');
    await sleep(everyMs);
  }
}
