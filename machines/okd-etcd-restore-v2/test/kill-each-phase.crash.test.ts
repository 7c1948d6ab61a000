import {
  labAvailable,
  labDown,
  labUp,
  MIGRATE,
  runPawl,
  type Lab,
  type Observer,
  type V2Entry,
  type V3Entry,
} from '@pawl/lab';
import { okdEtcdRestoreV2 } from '../src';
import { brokenRules } from '../../../test/lab/broken-rules';
import { killPawl } from '../../../test/lab/kill-pawl';
import { etcdOf, journalOf, leftOnHosts, sh, unitsAtRest } from '../../../test/lab/lab-hosts';
import { killPoints } from './helpers/kill-points';
import { playbook } from './helpers/playbook';
import { weeksOfV3Writes } from './helpers/weeks-of-v3-writes';
import { wrongAfterRestore } from './helpers/wrong-after-restore';

jest.setTimeout(10 * 60_000);

const NAME = 'restore-kills';
const MASTERS_OWN = /^\/(kubernetes\.io\/masterleases|openshift\.io\/leases)\//;
const TLS = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
const story = labAvailable().ok ? describe : describe.skip;

/** Migrated by the playbook, and lived with since. */
story('a restore whose controller is killed', () => {
  let lab: Lab;
  let observer: Observer;
  let v2: ReadonlyMap<string, V2Entry>;
  let units: Readonly<Record<string, string>>;
  let begin: readonly string[];

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 2, masters: 1, etcdSnapshotCount: 100 }, { replace: true });
    await lab.fill({ keys: 200, valueBytes: 128 });
    await lab.startMasters();
    v2 = await lab.v2dump();
    const backups = await playbook(lab, { until: 'completed' });
    await weeksOfV3Writes(lab, permanentKeys());
    units = await unitsAtRest(lab);
    observer = await lab.observer();
    begin = [
      ...['rollback', '--from', `etcd1:${backups['etcd1']}`, '-i', lab.inventoryPath],
      ...['--accept-data-loss', `api.${NAME}.lab`, '--yes', '--no-input'],
    ];
  });

  afterAll(async () => {
    await observer.stop();
    await labDown(NAME);
  });

  const permanentKeys = (): readonly string[] =>
    [...v2].flatMap(([key, { expiration }]) =>
      expiration === undefined && key.startsWith('/kubernetes.io/pods/') ? [key] : [],
    );
  const resume = ['resume', '--no-input'];
  const at = (point: string): string => `okd-etcd-restore-v2/${point}`;
  const lasting = (entries: ReadonlyMap<string, V3Entry>): readonly string[] =>
    [...entries].flatMap(([key, entry]) =>
      entry.lease === undefined && !MASTERS_OWN.test(key) ? [`${key} ${JSON.stringify(entry)}`] : [],
    );
  const ends = async (args: readonly string[]): Promise<void> => {
    const { exit, stdout, stderr } = await runPawl(lab, args);
    if (exit !== 0) throw new Error(`pawl ${args.join(' ')}: exit ${exit}\n${stderr}\n${stdout}`);
  };
  const starts = (host: string, since: number): number =>
    observer.events({ host, since, argv: /^\S*systemctl (--no-block )?start etcd(\.service)?$/ }).length;

  test('once etcd runs anew, and is taken back: v3 is what it was, to the revision', async () => {
    const before = lasting(await lab.v3dump('etcd1'));
    expect(before.length).toBeGreaterThan(100);
    const config = await sh(lab, 'master1', 'cat /etc/origin/master/master-config.yaml');
    await killPawl(lab, begin, at('verify-v2/compare@-/outcome:before-commit'));
    await killPawl(
      lab,
      ['rollback', '--no-input', '--yes'],
      at('originals-back/rename-back@etcd1/host:during'),
    );
    await ends(['rollback', '--no-input', '--yes']);
    for (const host of ['etcd1', 'etcd2']) expect(lasting(await lab.v3dump(host))).toEqual(before);
    expect(await sh(lab, 'master1', 'cat /etc/origin/master/master-config.yaml')).toBe(config);
    expect((await lab.api('master1', '/lab/storage')).body).toBe('etcd3');
    expect(await leftOnHosts(lab)).toEqual([]);
    expect(await unitsAtRest(lab)).toEqual(units);
  });

  test('every phase is in the list', () => {
    const phases = okdEtcdRestoreV2.spec.phases.map((phase) => phase.name);
    expect([...new Set(killPoints('etcd1').map((point) => point.split('/')[0]))]).toEqual(phases);
  });

  test('in each phase, and resumed each time: v2 is what the backup held, each effect happened once', async () => {
    const since = Date.now();
    const kills = killPoints(await leader());
    for (const point of kills) await killPawl(lab, point === kills[0] ? begin : resume, at(point));
    await ends(resume);
    expect(await wrongAfterRestore(lab, v2)).toEqual([]);
    expect(await unitsAtRest(lab)).toEqual(units);

    await observer.settle();
    const seen = observer.events({ since });
    expect(brokenRules(seen, { etcd: ['etcd1', 'etcd2'] })).toEqual([]);
    expect(seen.filter(({ argv }) => MIGRATE.test(argv))).toEqual([]);
    // etcd1: forced once, and clean.
    expect([starts('etcd1', since), starts('etcd2', since)]).toEqual([2, 1]);
    const run = await lastRun();
    const jobs = await sh(lab, 'etcd1', `ls /var/lib/pawl/runs/${run}/jobs`);
    expect(jobs.split('\n').filter((job) => job.includes('.scale-up.add-2.'))).toHaveLength(1);
    expect(await sh(lab, 'etcd1', `ls /var/lib/etcd/pawl-${run}/original`)).toBe('member\n');
    // One claim for the start and one for each resume: each kill ended a session.
    const claims = (await journalOf(lab, run)).filter(({ kind }) => kind === 'claimed');
    expect(claims).toHaveLength(kills.length);
  });

  const leader = async (): Promise<string> => {
    for (const { name, address } of etcdOf(lab)) {
      const said = await sh(
        lab,
        name,
        `ETCDCTL_API=3 etcdctl --endpoints https://${address}:2379 ${TLS} -w json endpoint status`,
      );
      if (/"member_id":(\d+)/.exec(said)?.[1] === /"leader":(\d+)/.exec(said)?.[1]) return name;
    }
    throw new Error('nobody leads');
  };
  const lastRun = async (): Promise<string> => {
    const { stdout } = await runPawl(lab, ['runs', '--json']);
    const { runs } = JSON.parse(stdout) as { readonly runs: readonly { readonly run: string }[] };
    return (
      runs
        .map(({ run }) => run)
        .sort()
        .at(-1) ?? ''
    );
  };
});
