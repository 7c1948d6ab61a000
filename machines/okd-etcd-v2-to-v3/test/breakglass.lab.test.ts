import { databaseOf, labAvailable, labDown, labUp, runPawl, type Lab } from '@pawl/lab';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { typeByHand } from './helpers/by-hand';
import { sh } from '../../../test/lab/lab-hosts';
import { changedSince, pictureOf, type Picture } from '../../../test/lab/picture';

jest.setTimeout(10 * 60_000);

const NAME = 'okd-by-hand';
const ENTRY = path.join(
  __dirname,
  '../../../build/test/machines/okd-etcd-v2-to-v3/test/fixtures/pawl-paused-after.js',
);
const story = labAvailable().ok ? describe : describe.skip;

/** Pawl is gone, and its database: all that is left is what `prepare` has written on the hosts. */
story('the way back by hand, as the README on the hosts says it', () => {
  let lab: Lab;
  let before: Picture;

  beforeAll(async () => {
    // Nothing in the README is the usual: it has to name what this cluster has.
    const own = {
      dataDir: '/srv/etcd/data',
      walDir: '/srv/wal/etcd/wal',
      masterUnits: 'atomic-openshift',
    } as const;
    lab = await labUp({ name: NAME, etcd: 3, masters: 1, ...own }, { replace: true });
    await lab.fill({ keys: 300, valueBytes: 256 });
    await lab.startMasters();
    before = await pictureOf(lab);
  });

  afterAll(async () => labDown(NAME));

  // One after the other on one lab: the hosts take a new run, of a new controller, at once.
  test.each([
    ['etcd is stopped and backed up', 'back-up/members'],
    ['one member is forced, and another has just been added', 'scale-up/add-2'],
    ['all members are v3, and the masters told so', 'reconfigure-masters/edit'],
  ])('after %s', async (_where, step) => {
    const { exit, stdout, stderr } = await runPawl(
      lab,
      [
        'run',
        '-i',
        lab.inventoryPath,
        '--no-input',
        '--json',
        '--accept-point-of-no-return',
        `api.${NAME}.lab`,
      ],
      { entry: ENTRY, env: { PAWL_TEST_PAUSE_AFTER: step } },
    );
    expect([exit, exit === 4 ? '' : `${stderr}\n${stdout}`]).toEqual([4, '']);
    const { run } = JSON.parse(stdout) as { readonly run: string };
    const printed = await runPawl(lab, ['plan', '--rollback', run, '--script']);
    rmSync(path.dirname(databaseOf(lab)), { recursive: true });
    await Promise.all(lab.hosts.map(({ name }) => sh(lab, name, 'rm -r /var/lib/pawl/host')));

    const readmes = await Promise.all(lab.hosts.map(({ name }) => sh(lab, name, 'cat /var/lib/pawl/README')));
    expect(new Set([...readmes, printed.stdout]).size).toBe(1);
    await typeByHand(lab, readmes[0] ?? '');

    expect(await changedSince(lab, before)).toEqual([]);
  });
});
