import {
  compareWithBefore,
  labAvailable,
  labDown,
  labUp,
  masterUnits,
  MIGRATE,
  runPawl,
  type Lab,
  type LabSpec,
  type Observer,
  type PawlResult,
} from '@pawl/lab';
import path from 'node:path';
import { PAWL_KILLED_AT } from '../../../../test/lab/kill-pawl';
import {
  dataDirOf,
  etcdOf,
  leftOnHosts,
  mastersOf,
  onlyRun,
  originalsUntouched,
  unitsAtRest,
} from '../../../../test/lab/lab-hosts';
import { changedSince, pictureOf, type Picture } from '../../../../test/lab/picture';

/**
 * What is told of every shape a cluster may have: a migration whose controller is killed in migrate, resumed, looked at by witnesses
 * outside, and taken back after its end. `more` adds what is told of this shape alone.
 */
export function tellOfShape(
  title: string,
  spec: LabSpec,
  more: (lab: () => Lab) => void = () => undefined,
): void {
  const story = labAvailable().ok ? describe : describe.skip;
  story(title, () => {
    let lab: Lab;
    let observer: Observer;
    let before: Awaited<ReturnType<Lab['v2dump']>>;
    let unitsBefore: Readonly<Record<string, string>>;
    let picture: Picture;
    let first: string;

    beforeAll(async () => {
      lab = await labUp(spec, { replace: true });
      await lab.fill({ keys: 300, valueBytes: 128 });
      await lab.startMasters();
      unitsBefore = await unitsAtRest(lab);
      picture = await pictureOf(lab);
      observer = await lab.observer();
      before = await lab.v2dump();
      first = etcdOf(lab)[0]?.name ?? '';
    });

    afterAll(async () => {
      await observer.stop();
      await labDown(spec.name);
    });

    more(() => lab);

    const pawl = (args: readonly string[], at?: string): Promise<PawlResult> =>
      runPawl(lab, args, {
        entry: PAWL_KILLED_AT,
        ...(at === undefined ? {} : { env: { PAWL_TEST_KILL_AT: `okd-etcd-v2-to-v3/${at}` } }),
      });
    const programs = (host: string, argv: RegExp): readonly string[] =>
      observer.events({ host, argv }).map((event) => event.argv);

    test('its controller is killed while migrate runs', async () => {
      const at = `migrate/run-migrate@${first}/host:during`;
      const consent = ['--no-input', '--accept-point-of-no-return', `api.${spec.name}.lab`];
      const { signal, stdout, stderr } = await pawl(['run', '-i', lab.inventoryPath, ...consent], at);
      const said = `${stderr}\n${stdout}`.trimEnd();
      expect([signal, said.slice(-2000)]).toEqual([
        'SIGKILL',
        expect.stringMatching(new RegExp(`killed at okd-etcd-v2-to-v3/${at}$`)),
      ]);
    });

    test('and resumed, it ends', async () => {
      const { exit, stderr } = await pawl(['resume', '--no-input']);
      expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
    });

    test('every key is in v3 on every member, with its lease where it had a TTL', async () => {
      const { wrong, equal, leased } = await compareWithBefore(lab, before);
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(equal).toBeGreaterThan(200);
      expect(leased).toBeGreaterThan(5);
    });

    test('migrate ran once, on the work copy; units were stopped and started as often as they should', async () => {
      await observer.settle();
      const copy = `${dataDirOf(lab)}/pawl-${await onlyRun(lab)}/copy-1`;
      const wal =
        spec.walDir === undefined
          ? ''
          : ` --wal-dir ${path.dirname(spec.walDir)}/pawl-${await onlyRun(lab)}-copy-1-wal`;
      expect(observer.events({ argv: MIGRATE }).map(({ host, argv }) => `${host} ${argv}`)).toEqual([
        `${first} etcdctl migrate --data-dir ${copy}${wal}`,
      ]);
      for (const { name } of etcdOf(lab)) {
        const stops = programs(name, /^\S*systemctl (--no-block )?stop etcd(\.service)?$/);
        expect([name, stops.length]).toEqual([name, name === first ? 2 : 1]);
      }
      for (const { name } of mastersOf(lab))
        for (const unit of masterUnits(lab.spec)) {
          const starts = programs(
            name,
            new RegExp(`^\\S*systemctl (--no-block )?start ${unit}(\\.service)?$`),
          );
          expect([name, unit, starts.length]).toEqual([name, unit, 1]);
        }
    });

    test('no master is up while etcd’s data moves, and members join one after the other', async () => {
      await observer.settle();
      const order = observer
        .events({ argv: /^\S*(systemctl (--no-block )?(stop|start) |etcdctl .*\bmember add )/ })
        .map(({ argv }) => argv);
      const at = (program: RegExp): readonly number[] =>
        order.flatMap((argv, index) => (program.test(argv) ? [index] : []));
      const masterUnit = `(${masterUnits(lab.spec).join('|')})(\\.service)?$`;
      const [etcdStops, etcdStarts] = [at(/ stop etcd(\.service)?$/), at(/ start etcd(\.service)?$/)];
      const masterStops = at(new RegExp(` stop ${masterUnit}`));
      const masterStarts = at(new RegExp(` start ${masterUnit}`));
      expect(Math.max(...masterStops)).toBeLessThan(Math.min(...etcdStops));
      expect(Math.max(...etcdStarts)).toBeLessThan(Math.min(...masterStarts));
      // After a join etcd refuses the next for some seconds, and is asked again: what counts is who was asked for, in which order.
      const adds = order.flatMap((argv) => /member add (\S+)/.exec(argv)?.[1] ?? []);
      const others = etcdOf(lab).slice(1);
      expect(adds.filter((name, index) => name !== adds[index - 1])).toEqual(
        others.map(({ hostname }) => hostname),
      );
      // Between one add and the next the one that was added has been started.
      const starts = order.flatMap((argv, index) =>
        argv.includes('member add ') && index > 0 ? [order[index - 1]] : [],
      );
      expect(starts.every((argv) => / start etcd|member add /.test(argv ?? ''))).toBe(true);
    });

    test('nothing is left behind, units are as they were, no original was written', async () => {
      expect(await leftOnHosts(lab)).toEqual([]);
      expect(await unitsAtRest(lab)).toEqual(unitsBefore);
      await originalsUntouched(lab, await onlyRun(lab));
    });

    test('the way back loses what the masters wrote, and is refused until that is said by name', async () => {
      const { exit, stderr, stdout } = await pawl(['rollback', await onlyRun(lab), '--no-input', '--yes']);
      expect([exit, stderr + stdout]).toEqual([3, expect.stringContaining('E_DATA_LOSS')]);
    });

    test('rolled back, everything is as it was: keys, files, units, member ids', async () => {
      const accept = ['--accept-data-loss', `api.${spec.name}.lab`];
      const { exit, stderr } = await pawl(['rollback', await onlyRun(lab), '--no-input', ...accept]);
      expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
      expect(await changedSince(lab, picture)).toEqual([]);
      expect(await leftOnHosts(lab)).toEqual([]);
    });
  });
}
