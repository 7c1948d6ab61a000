import {
  compareWithBefore,
  labAvailable,
  labDown,
  labUp,
  MIGRATE,
  runPawl,
  type Lab,
  type Observer,
} from '@pawl/lab';
import { okdEtcdV2ToV3 } from '../src';
import { KILLS } from './helpers/kill-points';
import { killPawl } from '../../../test/lab/kill-pawl';
import {
  journalOf,
  leftOnHosts,
  onlyRun,
  originalsUntouched,
  sh,
  unitsAtRest,
} from '../../../test/lab/lab-hosts';

jest.setTimeout(10 * 60_000);

const NAME = 'okd-kills';
const story = labAvailable().ok ? describe : describe.skip;

story('one migration whose controller is killed once in every phase', () => {
  let lab: Lab;
  let observer: Observer;
  let before: Awaited<ReturnType<Lab['v2dump']>>;
  let unitsBefore: Readonly<Record<string, string>>;

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 1, masters: 1, etcdElectionMs: 500 }, { replace: true });
    await lab.fill({ keys: 600, valueBytes: 256 });
    await lab.startMasters();
    unitsBefore = await unitsAtRest(lab);
    observer = await lab.observer();
    before = await lab.v2dump();
  });

  afterAll(async () => {
    await observer.stop();
    await labDown(NAME);
  });

  const begun = (): readonly string[] => [
    'run',
    '-i',
    lab.inventoryPath,
    '--no-input',
    '--accept-point-of-no-return',
    `api.${NAME}.lab`,
  ];

  test('every phase is in the list', () => {
    expect(KILLS.map((at) => at.split('/')[0])).toEqual(okdEtcdV2ToV3.spec.phases.map((phase) => phase.name));
  });

  test('killed in each, and each time resumed', async () => {
    for (const at of KILLS)
      await killPawl(lab, at === KILLS[0] ? begun() : ['resume', '--no-input'], `okd-etcd-v2-to-v3/${at}`);
  });

  test('and resumed, it ends', async () => {
    const { exit, stderr } = await runPawl(lab, ['resume', '--no-input']);
    expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
  });

  test('as one that nobody killed: every key is there, nothing is left behind, no original was written', async () => {
    const { wrong, equal, leased } = await compareWithBefore(lab, before);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(equal).toBeGreaterThan(400);
    expect(leased).toBeGreaterThan(5);
    expect(await leftOnHosts(lab)).toEqual([]);
    expect(await unitsAtRest(lab)).toEqual(unitsBefore);
    await originalsUntouched(lab, await onlyRun(lab));
  });

  test('what may happen once happened once, counted outside', async () => {
    await observer.settle();
    const run = await onlyRun(lab);
    expect(observer.events({ argv: MIGRATE }).map((event) => event.argv)).toEqual([
      `etcdctl migrate --data-dir /var/lib/etcd/pawl-${run}/copy-1`,
    ]);
    const rows = await journalOf(lab, run);
    // The job went on without its controller; whoever came back found nothing left to lease, and made no second one.
    const jobs = await sh(lab, 'etcd1', `ls /var/lib/pawl/runs/${run}/jobs`);
    expect(jobs.split('\n').filter((job) => job.includes('.re-attach-ttls.attach.'))).toHaveLength(1);
    expect(observer.count('etcd1', /^\S*etcdctl .*\blease grant\b/)).toBeGreaterThan(3);
    expect(observer.count('etcd1', /^\S*systemctl (--no-block )?stop etcd/)).toBe(2);
    // One claim for the start and one for each resume: each kill ended a session.
    expect(rows.filter((row) => row.kind === 'claimed')).toHaveLength(KILLS.length);
  });
});
