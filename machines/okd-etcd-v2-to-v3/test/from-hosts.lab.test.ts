import { labAvailable, labDown, labUp, MIGRATE, runPawl, type Lab, type Observer } from '@pawl/lab';
import { killPawl } from '../../../test/lab/kill-pawl';
import { leftOnHosts, onlyRun, originalsUntouched } from '../../../test/lab/lab-hosts';
import { GO_ON, loseDatabase, rebuildFromHosts } from '../../../test/lab/lost-database';
import { untouched } from '../../../test/lab/untouched';
import { schemaFaults } from './helpers/schemas';

jest.setTimeout(5 * 60_000);

const NAME = 'okd-fromh1';
const story = labAvailable().ok ? describe : describe.skip;

/** Every phase, forward and back: from-hosts.crash.test.ts. */
story(
  'killed when migrate had ended and before that was written down, and the controller’s folder deleted',
  () => {
    let lab: Lab;
    let observer: Observer;

    beforeAll(async () => {
      lab = await labUp({ name: NAME, etcd: 1, masters: 1, etcdElectionMs: 500 }, { replace: true });
      await lab.fill({ keys: 300, valueBytes: 128 });
      await lab.startMasters();
      observer = await lab.observer();
      await killPawl(
        lab,
        ['run', '-i', lab.inventoryPath, '--no-input', '--accept-point-of-no-return', `api.${NAME}.lab`],
        // What still ran would change the host while nothing is to change there.
        'okd-etcd-v2-to-v3/migrate/run-migrate@etcd1/host:after',
      );
      loseDatabase(lab);
    });

    afterAll(async () => {
      await observer.stop();
      await labDown(NAME);
    });

    test('it is rebuilt from its hosts, and nothing on them is changed by that', async () => {
      const result = await untouched(lab, observer, () => rebuildFromHosts(lab));
      expect([result.exit, schemaFaults(result.stdout)]).toEqual([5, []]);
      expect(JSON.parse(result.stdout)).toMatchObject({
        outcome: 'in-doubt',
        phase: 'migrate',
        step: 'run-migrate',
        reason: { code: 'E_REBUILT', facts: { pointOfNoReturn: 'not crossed' } },
      });
    });

    test('it goes on to its end, and migrate has run once', async () => {
      const run = await onlyRun(lab);
      const { exit, stderr } = await runPawl(lab, ['resume', run, ...GO_ON, '--no-input']);
      expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
      await observer.settle();
      expect(observer.events({ argv: MIGRATE }).map(({ argv }) => argv)).toEqual([
        `etcdctl migrate --data-dir /var/lib/etcd/pawl-${run}/copy-1`,
      ]);
      expect(await leftOnHosts(lab)).toEqual([]);
      await originalsUntouched(lab, run);
    });
  },
);
