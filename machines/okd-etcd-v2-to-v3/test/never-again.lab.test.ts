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
  type PawlResult,
} from '@pawl/lab';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { PAWL_KILLED_AT } from '../../../test/lab/kill-pawl';
import { mastersOf, onlyRun, sh } from '../../../test/lab/lab-hosts';
import { schemaFaults } from './helpers/schemas';
import { saidBy, untouched, untouchedButClaim } from '../../../test/lab/untouched';
import { wake } from '../../../test/lab/processes';
import { whenSaid } from '../../../test/lab/when-said';

jest.setTimeout(10 * 60_000);

const NAME = 'okd-never';
const MACHINE = 'okd-etcd-v2-to-v3';
const CONSENT = ['--no-input', '--quiet', '--accept-point-of-no-return', `api.${NAME}.lab`];
const story = labAvailable().ok ? describe : describe.skip;

/**
 * Each layer that keeps migrate from running again is tested by taking away the state of the others: the database, what lies
 * on the hosts, a job's marks, the v3 keys. What is left must refuse, or be in doubt, and change nothing.
 */
story('never again', () => {
  let lab: Lab;
  let observer: Observer;
  let run: string;

  /** Of a controller in this folder beside the first one's. */
  const databaseIn = (folder: string): string => path.join(lab.controllerDir, folder, 'pawl.db');
  const keepAs = (folder: string): void =>
    cpSync(path.dirname(databaseOf(lab)), path.join(lab.controllerDir, folder), { recursive: true });
  const pawl = (args: readonly string[], database = databaseOf(lab), more: PawlOptions = {}) =>
    runPawl(lab, args, { database, ...more });
  const again = (database?: string): Promise<PawlResult> =>
    pawl(['run', '-i', lab.inventoryPath, ...CONSENT], database);
  const resume = (database?: string, ...more: readonly string[]): Promise<PawlResult> =>
    pawl(['resume', '--no-input', '--quiet', ...more], database);
  const everywhere = async (script: string): Promise<void> => {
    await Promise.all(lab.hosts.map(async ({ name }) => sh(lab, name, script)));
  };

  async function refuses(
    act: () => Promise<PawlResult>,
    exit: number,
    says: RegExp,
    how = (acts: () => Promise<PawlResult>) => untouched(lab, observer, acts),
  ): Promise<void> {
    const result = await how(act);
    expect([result.exit, saidBy(result)]).toEqual([exit, expect.stringMatching(says)]);
  }
  const butClaim = (act: () => Promise<PawlResult>): Promise<PawlResult> => untouchedButClaim(lab, act);

  /** Killed after migrate has ended on its host; with a copy of its database from two earlier moments. */
  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 1, masters: 1, etcdElectionMs: 500 }, { replace: true });
    await lab.fill({ keys: 400, valueBytes: 128 });
    await lab.startMasters();
    await lab.save('filled');
    observer = await lab.observer();
    expect(
      (await pawl(['run', '-i', lab.inventoryPath, ...CONSENT, '--pause-before', 'set-aside'])).exit,
    ).toBe(4);
    keepAs('put-back, claim unknown');
    const env = {
      PAWL_TEST_STOP_AT: `${MACHINE}/set-aside/copy@etcd1/intent:before-commit`,
      PAWL_TEST_KILL_AT: `${MACHINE}/migrate/run-migrate@etcd1/host:after`,
    };
    let woken: Promise<void> | undefined;
    const stopped = startPawl(lab, ['resume', '--no-input'], {
      ...{ entry: PAWL_KILLED_AT, env },
      onOutput: whenSaid([
        [
          /stopped at/,
          () => {
            keepAs('put-back, claim known');
            woken = wake(stopped.pid);
          },
        ],
      ]),
    });
    expect(await stopped.ended).toMatchObject({ signal: 'SIGKILL' });
    await woken;
    run = await onlyRun(lab);
    await observer.settle();
    expect(observer.count('*', MIGRATE)).toBe(1);
    await lab.save('midway');
  });

  afterAll(async () => {
    await observer.stop();
    await labDown(NAME);
    for (const save of ['filled', 'midway']) labForget(NAME, save);
  });

  describe('in the middle of a run', () => {
    test('with the database deleted: held, by whom, since when, where its database lies; exit 7', () =>
      refuses(
        () => again(databaseIn('another')),
        7,
        new RegExp(
          `etcd1: held by the run ${run} of \\S+@\\S+ since .*, phase migrate .*controller/pawl/pawl.db.*Next: pawl status -i`,
        ),
      ));

    test('a colleague without the database is told by the fences what to run, and where', async () => {
      const asked = await untouched(lab, observer, () =>
        pawl(['status', '-i', lab.inventoryPath, '--json'], databaseIn('another')),
      );
      expect([asked.exit, schemaFaults(asked.stdout)]).toEqual([0, []]);
      expect(JSON.parse(asked.stdout)).toMatchObject({
        outcome: 'held',
        run,
        phase: 'migrate',
        next: `pawl status ${run} --db ${databaseOf(lab)}`,
        runs: [{ hosts: ['etcd1', 'master1'], database: databaseOf(lab), here: null }],
        held: [{ host: 'etcd1', unit: 'etcd.service', run }, { run }, { run }],
      });
    });

    test('put back to a copy whose claim the fence does not know: refused on the host, exit 7', async () => {
      const old = databaseIn('put-back, claim unknown');
      const says = new RegExp(
        `etcd1 belongs to ${run} under a claim that is not known here.*phase migrate.*E_FENCED`,
      );
      await refuses(() => resume(old), 7, says);
      await refuses(() => pawl(['rollback', '--yes', '--no-input', '--quiet'], old), 7, says);
      await refuses(() => again(old), 3, /E_RUN_UNFINISHED/);
    });

    test('put back to a copy whose claim it knows: in doubt by the jobs, exit 5, and the newer database is not locked out', async () => {
      const old = databaseIn('put-back, claim known');
      const says =
        /know jobs of this run that its database does not: .*set-aside.copy.etcd1.* on etcd1, .*migrate.run-migrate.etcd1.*E_JOBS_UNKNOWN/;
      await refuses(() => resume(old), 5, says);
      await refuses(() => pawl(['rollback', '--yes', '--no-input', '--quiet'], old), 5, says);
    });

    test('with the marks of the copy’s job removed: in doubt, exit 5, and nothing is begun', async () => {
      await sh(
        lab,
        'etcd1',
        `cd /var/lib/pawl/runs/${run} && mkdir /root/away && mv jobs/*.run-migrate.* once/* /root/away`,
      );
      await refuses(
        () => resume(),
        5,
        new RegExp(
          `on etcd1 the work copy /var/lib/etcd/pawl-${run}/copy-1 says that a migrate of ${run} was begun.*E_MARKS_GONE`,
        ),
        butClaim,
      );
      await sh(
        lab,
        'etcd1',
        `cd /root/away && mv *.run-migrate.etcd1.* /var/lib/pawl/runs/${run}/jobs && mv * /var/lib/pawl/runs/${run}/once`,
      );
    });

    test.each([
      [
        'the fence of one host',
        'master1',
        () => 'fence',
        /master1 ought to carry the fence of .*E_FENCE_MISSING/,
      ],
      ['the jobs of one host', 'etcd1', () => `runs/${run}/jobs`, /etcd1 carries the fence of .*E_JOBS_GONE/],
    ])('with %s removed: in doubt, exit 5, and nothing is begun', async (_, host, what, says) => {
      await sh(lab, host, `cd /var/lib/pawl && mv ${what()} /root/away-evidence`);
      await refuses(() => resume(undefined, '--decide', 'ask-again', '--reason', 'a test'), 5, says);
      await sh(lab, host, `cd /var/lib/pawl && mv /root/away-evidence ${what()}`);
    });

    test('to rebuild it from its hosts is refused while its own database is there, exit 7', () =>
      refuses(
        () => pawl(['resume', '--from-hosts', '-i', lab.inventoryPath, '--no-input'], databaseIn('another')),
        7,
        new RegExp(`the database of ${run} is not lost: .*pawl/pawl.db has it.*E_OWNED`),
      ));

    describe('with /var/lib/pawl gone from the hosts', () => {
      beforeAll(() => everywhere('mv /var/lib/pawl /var/lib/pawl-away'));
      afterAll(() => everywhere('mv /var/lib/pawl-away /var/lib/pawl'));

      test('and the database kept: in doubt, exit 5', () =>
        refuses(
          () => resume(undefined, '--decide', 'ask-again', '--reason', 'a test'),
          5,
          /etcd1 ought to carry the fence of .*E_FENCE_MISSING/,
        ));

      test('and the database deleted: what the run holds still tells of it, exit 3', async () => {
        await refuses(
          () => again(databaseIn('another')),
          3,
          new RegExp(
            `etcd1: etcd.service is kept from starting by the run ${run}, whose fence is gone.*E_HELD.*pawl-${run}`,
          ),
        );
        const status = await pawl(['status', '-i', lab.inventoryPath], databaseIn('another'));
        expect(saidBy(status)).toContain(`etcd1: etcd.service is kept from starting by ${run}`);
      });
    });

    test('everything put back, its own controller goes on to the end: one migrate in all', async () => {
      const ended = await resume(undefined, '--decide', 'ask-again', '--reason', 'all was put back');
      expect([ended.exit, saidBy(ended)]).toEqual([0, expect.stringContaining('completed')]);
      await observer.settle();
      expect(observer.count('*', MIGRATE)).toBe(1);
    });
  });

  describe('on the migrated cluster', () => {
    test.each([
      ['kept', 'pawl'],
      ['deleted, or another controller’s', 'another'],
    ])('with the database %s: already completed, exit 0', (_, folder) =>
      refuses(() => again(databaseIn(folder)), 0, /Already completed: all evidence agrees/),
    );

    test.each(['put-back, claim unknown', 'put-back, claim known'])(
      'with the database %s: it has ended, exit 7',
      async (folder) => {
        await refuses(
          () => resume(databaseIn(folder)),
          7,
          new RegExp(`on etcd1 the run ${run} has ended \\(completed, by .*does not know.*E_FENCED`),
        );
        await refuses(() => again(databaseIn(folder)), 3, /E_RUN_UNFINISHED/);
      },
    );

    describe('with /var/lib/pawl gone from the hosts, and the database deleted', () => {
      beforeAll(() => everywhere('mv /var/lib/pawl /var/lib/pawl-away'));
      const whose = `E_V3_IN_USE`;

      test('evidence that does not agree: what was found where, exit 3', () =>
        refuses(
          () => again(databaseIn('another')),
          3,
          new RegExp(
            `master1 is configured for v3; etcd1 holds \\d+ v3 keys; etcd1 keeps no record of any run.*E_EVIDENCE.*what Pawl’s run ${run} left.*${whose}`,
          ),
        ));

      test('the v3 keys deleted too: v3 was used, exit 3', async () => {
        const { address } = lab.host('etcd1');
        const tls = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
        await Promise.all(
          mastersOf(lab).map(async ({ name }) =>
            sh(lab, name, 'systemctl stop origin-master-controllers origin-master-api'),
          ),
        );
        await sh(
          lab,
          'etcd1',
          `ETCDCTL_API=3 etcdctl --endpoints https://${address}:2379 ${tls} del '' --prefix`,
        );
        await refuses(
          () => again(databaseIn('another')),
          3,
          new RegExp(`v3 was used before and emptied \\(revision \\d+\\).*run ${run} left.*${whose}`),
        );
      });

      test('and the masters put back to v2: tainted, exit 3', async () => {
        await sh(
          lab,
          'master1',
          `cp /var/lib/pawl-away/runs/${run}/pristine/etc/origin/master/master-config.yaml /etc/origin/master/master-config.yaml`,
        );
        await refuses(
          () => again(databaseIn('another')),
          3,
          new RegExp(`emptied.*every master is configured for v2: tainted.*${whose}`),
        );
      });
    });
  });

  describe('given up by name', () => {
    const unfence = (database: string | undefined, ...more: readonly string[]): Promise<PawlResult> =>
      pawl(
        ['unfence', '-i', lab.inventoryPath, run, '--reason', 'its desk burnt down', '--no-input', ...more],
        database,
      );

    beforeAll(async () => {
      await lab.load('midway');
      await observer.stop();
      observer = await lab.observer();
    });

    test('not without a word for it, and not under another name', async () => {
      await refuses(
        () => unfence(databaseIn('another')),
        3,
        /etcd.service stay kept from starting.*README.*E_NOT_CONSENTED/,
      );
      await refuses(
        () =>
          pawl(
            ['unfence', '-i', lab.inventoryPath, 'okd-20000101-1', '--reason', 'x', '--yes'],
            databaseIn('another'),
          ),
        3,
        new RegExp(`no host carries a fence of okd-20000101-1.*etcd1: ${run}.*E_NO_FENCE`),
      );
    });

    test('from the hosts alone; holds stay, and say so to whoever begins anew', async () => {
      const done = await unfence(databaseIn('another'), '--yes', '--json');
      expect([done.exit, schemaFaults(done.stdout)]).toEqual([0, []]);
      expect(JSON.parse(done.stdout)).toMatchObject({
        outcome: 'unfenced',
        hosts: [
          { host: 'etcd1', state: 'fenced', phase: 'migrate', held: ['etcd.service'] },
          { host: 'master1', state: 'fenced' },
        ],
      });
      for (const { name } of lab.hosts) {
        const left = await sh(
          lab,
          name,
          `cd /var/lib/pawl && [ ! -e fence ] && tail -n 6 runs/${run}/closed`,
        );
        expect(left).toMatch(
          /^outcome abandoned\nclaim .*\nowner .*\nat .*\nby .*\nreason its desk burnt down\n$/,
        );
      }
      await refuses(
        () => again(databaseIn('another')),
        3,
        new RegExp(`kept from starting by the run ${run}, whose fence is gone.*E_HELD`),
      );
    });

    test('its own controller is refused from then on, exit 7, and gives it up likewise', async () => {
      await refuses(
        () => resume(),
        7,
        new RegExp(`on etcd1 the run ${run} was given up at .* by .*: its desk burnt down.*E_FENCED`),
      );
      await refuses(() => unfence(undefined, '--yes'), 0, /abandoned; no fence of it stood/);
      await refuses(() => resume(undefined, run), 3, /E_ENDED/);
      await refuses(
        () => unfence(undefined, '--yes'),
        0,
        /has ended on these hosts before. Nothing was changed/,
      );
      expect(observer.count('*', MIGRATE)).toBe(0);
    });
  });

  describe('a v2 configuration over a v3 store, as a failed playbook leaves it', () => {
    beforeAll(async () => {
      await lab.load('filled');
      await observer.stop();
      observer = await lab.observer();
      await sh(lab, 'master1', 'systemctl stop origin-master-controllers origin-master-api');
      await sh(
        lab,
        'etcd1',
        'systemctl stop etcd && ETCDCTL_API=3 etcdctl migrate --data-dir /var/lib/etcd && chown -R etcd: /var/lib/etcd/member && systemctl start etcd',
      );
      await lab.startMasters();
    });

    test('explained and refused, with the way out, exit 3', async () => {
      await refuses(
        () => again(),
        3,
        /etcd1: v3 holds \d+ keys already \(revision \d+\), while every master is configured for v2: tainted, as a failed migration leaves it; nothing beside the data says by whom \(E_V3_IN_USE\) .*destroys data without an error.*pawl rollback --from DIR.*etcdctl backup/,
      );
    });

    test('the way out leads out: v2 is whole, and nothing stands in the way any more', async () => {
      await sh(lab, 'master1', 'systemctl stop origin-master-controllers origin-master-api');
      const before = await lab.v2dump();
      await sh(
        lab,
        'etcd1',
        'ETCDCTL_API=2 etcdctl backup --data-dir /var/lib/etcd --backup-dir /var/lib/etcd-backup',
      );
      const restored = await pawl([
        ...['rollback', '--from', 'etcd1:/var/lib/etcd-backup', '-i', lab.inventoryPath],
        ...['--accept-data-loss', `api.${NAME}.lab`, '--no-input', '--quiet'],
      ]);
      expect([restored.exit, saidBy(restored)]).toEqual([0, expect.stringContaining('completed')]);
      const now = await lab.v2dump();
      for (const [key, { value, expiration }] of before)
        if (expiration === undefined) expect([key, now.get(key)?.value]).toEqual([key, value]);
      const checked = await pawl(['check', '-i', lab.inventoryPath]);
      expect([checked.exit, saidBy(checked)]).toEqual([
        0,
        expect.stringContaining('Nothing stands in the way'),
      ]);
    });
  });
});
