import {
  compareWithBefore,
  labAvailable,
  labDown,
  labUp,
  MIGRATE,
  runPawl,
  type Lab,
  type Observer,
  type V2Entry,
} from '@pawl/lab';
import { etcdOf, leftOnHosts, mastersOf, sh } from '../../../test/lab/lab-hosts';
import { playbook } from './helpers/playbook';
import { wrongAfterRestore } from './helpers/wrong-after-restore';

jest.setTimeout(10 * 60_000);

const NAME = 'restore-playbook';
const story = labAvailable().ok ? describe : describe.skip;

/** What its users were told to contact support for: no run of Pawl's is known, the first member has no quorum, the others no data. */
story('a cluster that a failed playbook has left behind', () => {
  let lab: Lab;
  let observer: Observer;
  let before: ReadonlyMap<string, V2Entry>;
  let configs: readonly string[];
  let backups: Readonly<Record<string, string>>;
  let run: string;
  let since: number;

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 3, masters: 2, etcdSnapshotCount: 100 }, { replace: true });
    await lab.fill({ keys: 250, valueBytes: 256 });
    await lab.startMasters();
    before = await lab.v2dump();
    configs = await masterConfigs();
    backups = await playbook(lab, { until: 'first-joiner-dead', forceLineLeft: true });
    observer = await lab.observer();
  });

  afterAll(async () => {
    await observer.stop();
    await labDown(NAME);
  });

  const masterConfigs = (): Promise<readonly string[]> =>
    Promise.all(mastersOf(lab).map(({ name }) => sh(lab, name, 'cat /etc/origin/master/master-config.yaml')));

  const restore = (...more: readonly string[]): readonly string[] => [
    ...['rollback', '--from', `etcd1:${backups['etcd1']}`, '-i', lab.inventoryPath],
    ...['--accept-data-loss', `api.${NAME}.lab`, '--yes', '--no-input', '--json', ...more],
  ];
  const pawl = async (args: readonly string[], expected: number): Promise<{ readonly run: string }> => {
    const { exit, stdout, stderr } = await runPawl(lab, args);
    if (exit !== expected) throw new Error(`exit ${exit}\n${stderr}\n${stdout}`);
    return JSON.parse(stdout) as { readonly run: string };
  };
  /** What each etcd host has in the place of its data, and whether its next start would force a new cluster. */
  const places = (): Promise<readonly string[]> =>
    Promise.all(
      etcdOf(lab).map(({ name }) =>
        sh(
          lab,
          name,
          'cd /var/lib/etcd; find member -type f 2>/dev/null | sort; grep -c FORCE /etc/etcd/etcd.conf || :',
        ),
      ),
    );

  // Hosts without data, one that was not come to, a line that would force: each way back must pass them.
  test.each(['set-aside', 'scale-up'])(
    'taken back before %s it is what it was, but for the line that would force a new cluster',
    async (phase) => {
      const was = (await places()).map((text) => text.replace(/1\n$/, '0\n'));
      const { run } = await pawl(restore('--pause-before', phase), 4);
      await pawl(['rollback', run, '--yes', '--no-input', '--json'], 0);
      expect(await places()).toEqual(was);
      expect(await leftOnHosts(lab)).toEqual([]);
    },
  );

  test('comes back to v2 by its own backup', async () => {
    since = Date.now();
    ({ run } = await pawl(restore(), 0));
    expect(await wrongAfterRestore(lab, before)).toEqual([]);
    expect(await masterConfigs()).toEqual(configs);
  });

  test('with what stood there set aside, and each effect as often as it takes', async () => {
    expect(await sh(lab, 'etcd1', `ls -d /var/lib/etcd/pawl-${run}/original/member`)).not.toBe('');
    expect(await sh(lab, 'etcd1', `ls -d ${backups['etcd1']}/member`)).not.toBe('');
    await observer.settle();
    expect(observer.count('*', MIGRATE)).toBe(0);
    const asked = observer
      .events({ since, argv: /^\S*etcdctl .*\bmember add\b/ })
      .map(({ argv }) => /member add (\S+)/.exec(argv)?.[1]);
    expect(asked.filter((name, index) => name !== asked[index - 1])).toEqual(['etcd2.lab', 'etcd3.lab']);
    const starts = (host: string): number =>
      observer.events({ host, since, argv: /^\S*systemctl (--no-block )?start etcd(\.service)?$/ }).length;
    // etcd1: forced, and clean.
    expect([starts('etcd1'), starts('etcd2'), starts('etcd3')]).toEqual([2, 1, 1]);
  });

  test('and is migrated by a run, every key of it', async () => {
    const v2 = await lab.v2dump();
    const { exit, stderr } = await runPawl(lab, [
      ...['run', '-i', lab.inventoryPath, '--no-input'],
      ...['--accept-point-of-no-return', `api.${NAME}.lab`],
    ]);
    expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
    const { wrong, equal } = await compareWithBefore(lab, v2);
    expect(wrong).toEqual([]);
    expect(equal).toBeGreaterThan(200);
  });
});
