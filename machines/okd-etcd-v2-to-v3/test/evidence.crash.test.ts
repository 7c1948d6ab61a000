import { labAvailable, MIGRATE, runPawl, type Lab, type Observer } from '@pawl/lab';
import { brokenRules } from '../../../test/lab/broken-rules';
import { killPawl } from '../../../test/lab/kill-pawl';
import { leftOnHosts, sh } from '../../../test/lab/lab-hosts';
import { changedSince, type Picture } from '../../../test/lab/picture';
import { servingLab } from '../../../test/lab/serving-lab';
import { saidBy, untouched } from '../../../test/lab/untouched';

jest.setTimeout(20 * 60_000);

const NAME = 'okd-evid';
const MACHINE = 'okd-etcd-v2-to-v3';
const story = labAvailable().ok ? describe : describe.skip;

/** In phases that differ in what stands on the hosts. */
const PHASES = [
  'converge/read-manifest@etcd1/host:after',
  'set-aside/copy@etcd1/host:after',
  'migrate/run-migrate@etcd1/host:after',
  're-attach-ttls/attach@etcd1/host:after',
];

/** What is removed, of which host, and what is then said. */
const NOTICED: readonly (readonly [
  what: string,
  host: string,
  path: (run: string) => string,
  says: RegExp,
])[] = [
  [
    'the fence of one host',
    'master1',
    () => '/var/lib/pawl/fence',
    /master1 ought to carry.*E_FENCE_MISSING/,
  ],
  ['the jobs of one host', 'etcd1', (run) => `/var/lib/pawl/runs/${run}/jobs`, /etcd1 carries.*E_JOBS_GONE/],
  ['all that one host keeps of the run', 'etcd1', (run) => `/var/lib/pawl/runs/${run}`, /E_JOBS_GONE/],
  ['all of Pawl on one host', 'master1', () => '/var/lib/pawl', /master1 ought to carry.*E_FENCE_MISSING/],
];

story('the evidence on a host deleted, and the database kept', () => {
  let lab: Lab;
  let observer: Observer;
  let before: Picture;

  servingLab({ name: NAME, etcd: 1, masters: 1, etcdElectionMs: 500 }, (serving) => {
    ({ lab, observer, before } = serving);
  });

  const pawl = (...args: readonly string[]) => runPawl(lab, [...args, '--no-input']);
  const killedAt = async (at: string): Promise<string> => {
    const consent = ['--no-input', '--accept-point-of-no-return', `api.${NAME}.lab`];
    await killPawl(lab, ['run', '-i', lab.inventoryPath, ...consent], `${MACHINE}/${at}`);
    const { stdout } = await pawl('status', '--json');
    return (JSON.parse(stdout) as { readonly run: string }).run;
  };
  const rolledBack = async (run: string): Promise<void> => {
    const { exit, stderr } = await pawl('rollback', run, '--yes');
    expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
    expect(await changedSince(lab, before)).toEqual([]);
    expect(await leftOnHosts(lab)).toEqual([]);
  };

  test.each(PHASES)('%s: noticed in doubt, forward and back; put back, it is rolled back', async (at) => {
    const run = await killedAt(at);
    for (const [what, host, path, says] of NOTICED) {
      await sh(lab, host, `mv ${path(run)} ${path(run)}.away`);
      for (const verb of [
        ['resume', run],
        ['rollback', run, '--yes'],
      ]) {
        const { exit, ...said } = await untouched(lab, observer, () => pawl(...verb));
        expect([what, verb[0], exit, saidBy({ exit, ...said })]).toEqual([
          ...[what, verb[0], 5],
          expect.stringMatching(says),
        ]);
      }
      await sh(lab, host, `mv ${path(run)}.away ${path(run)}`);
    }
    await rolledBack(run);
    await observer.settle();
    expect(brokenRules(observer.events({}), { etcd: ['etcd1'] })).toEqual([]);
  });

  test('the records of how units and originals were found: the journal has them, too', async () => {
    const run = await killedAt('re-attach-ttls/attach@etcd1/host:after');
    for (const host of ['etcd1', 'master1'])
      await sh(lab, host, `mv /var/lib/pawl/runs/${run}/recorded /root/recorded-away`);
    await rolledBack(run);
  });

  test('the key of the one-shot: migrate is not begun again, whoever asks', async () => {
    const since = Date.now();
    const run = await killedAt('migrate/run-migrate@etcd1/host:after');
    await sh(lab, 'etcd1', `rm -r /var/lib/pawl/runs/${run}/once`);
    const { exit } = await pawl('resume', run, '--pause-before', 're-form');
    expect(exit).toBe(4);
    await observer.settle();
    expect(observer.events({ since, argv: MIGRATE })).toHaveLength(1);
    await rolledBack(run);
  });
});
