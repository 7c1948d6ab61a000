import {
  compareWithBefore,
  databaseOf,
  labAvailable,
  labDown,
  labUp,
  MIGRATE,
  runPawl,
  type Lab,
  type Observer,
  type V2Entry,
} from '@pawl/lab';
import path from 'node:path';
import { brokenRules } from '../../../test/lab/broken-rules';
import { leftOnHosts, originalsUntouched, sh } from '../../../test/lab/lab-hosts';
import { changedSince, pictureOf } from '../../../test/lab/picture';
import { forcedOn, onCall } from './helpers/bad-days';
import { controllersDisk, fill, makeRoom, smallDisk } from './helpers/full-disks';

jest.setTimeout(20 * 60_000);

const NAME = 'bad-disks';
const story = labAvailable().ok ? describe : describe.skip;
const ETCD = ['etcd1', 'etcd2', 'etcd3'];
const DATA = '/var/lib/etcd';

interface BadPhase {
  readonly phase: string;
  readonly next: string;
  /** A line on the screen at which the controller's disk is full. */
  readonly databaseFullAt?: string;
  /** What is told where the data's disks are full, and on which hosts they are; left out: nothing is written there. */
  readonly dataFull?: { readonly codes: RegExp; readonly at: RegExp; readonly hosts?: readonly string[] };
}

const PHASES: readonly BadPhase[] = [
  { phase: 'stop-masters', next: 'converge' },
  {
    phase: 'converge',
    next: 'stop-etcd',
    databaseFullAt: 'done    converge/converged',
    dataFull: { codes: /^E_DISK_FULL$/, at: /^converge\/read-manifest$/ },
  },
  { phase: 'stop-etcd', next: 'back-up', databaseFullAt: 'done    stop-etcd/read-again' },
  {
    phase: 'back-up',
    next: 'set-aside',
    dataFull: { codes: /^E_DISK_FULL$/, at: /^back-up\/members$/ },
  },
  {
    phase: 'set-aside',
    next: 'migrate',
    dataFull: { codes: /^E_DISK_FULL$/, at: /^set-aside\/(originals|copy)$/ },
  },
  {
    phase: 'migrate',
    next: 're-form',
    dataFull: { codes: /^E_DISK_FULL$/, at: /^set-aside\/copy$/ },
  },
  {
    phase: 're-form',
    next: 'verify-v3',
    databaseFullAt: 'done    re-form/start-forced',
    // It starts, or it does not: then it stops at its first writes.
    dataFull: { codes: /^E_(NOT_FORMED|ETCD_UNAVAILABLE)$/, at: /^re-form\// },
  },
  {
    phase: 'scale-up',
    next: 're-attach-ttls',
    dataFull: { codes: /^E_JOIN$/, at: /^scale-up\/start-2$/, hosts: ['etcd2'] },
  },
  { phase: 're-attach-ttls', next: 'reconfigure-masters' },
  { phase: 'reconfigure-masters', next: 'start-masters' },
  { phase: 'start-masters', next: 'finish' },
];

/** docs/failures.md, "The machines around it": disks. */
story('one migration in which every disk gets full in every phase', () => {
  let lab: Lab;
  let observer: Observer;
  let before: ReadonlyMap<string, V2Entry>;
  let disk: ReturnType<typeof controllersDisk>;
  let run: string;
  const pawl = onCall(() => lab);

  beforeAll(async () => {
    lab = await labUp(
      { name: NAME, etcd: 3, masters: 1, etcdElectionMs: 500, etcdDiskMiB: 2048 },
      { replace: true },
    );
    disk = controllersDisk(path.dirname(databaseOf(lab)));
    await lab.fill({ keys: 300, valueBytes: 256 });
    await lab.startMasters();
    for (const { name } of lab.hosts) await smallDisk(lab, name);
  });

  afterAll(async () => {
    await observer.stop();
    disk.unmount();
    await labDown(NAME);
  });

  const onAll = async (
    act: (lab: Lab, host: string, dir: string, left?: number) => Promise<void>,
    left?: number,
  ): Promise<void> => {
    await Promise.all(lab.hosts.map(({ name }) => act(lab, name, '/var/lib/pawl', left)));
  };
  const nothingForced = async (): Promise<void> => {
    for (const host of ETCD) expect(await forcedOn(lab, host)).toBe('');
  };

  test('a way back that meets full disks: paused, nothing half done; with room it ends at the original cluster', async () => {
    const picture = await pictureOf(lab);
    const first = await pawl.runTo('re-form');
    await onAll(fill, 8);
    expect(await pawl.rollback()).toMatchObject({
      exit: 4,
      outcome: 'paused',
      code: 'E_GUARD',
      hint: expect.stringMatching(/^A disk of \w+ is full/) as string,
      next: expect.stringMatching(new RegExp(`^pawl (resume|rollback) ${first.run}`)) as string,
    });
    await onAll(makeRoom);
    expect(await pawl.rollback()).toMatchObject({ exit: 0, outcome: 'rolled-back' });
    expect(await changedSince(lab, picture)).toEqual([]);
    await nothingForced();
  });

  test('a host whose disk is full is not begun on', async () => {
    observer = await lab.observer();
    before = await lab.v2dump();
    ({ run } = await pawl.runTo('prepare'));
    await onAll(fill);
    expect(await pawl.resume()).toMatchObject({
      exit: 4,
      at: 'prepare/plant-fences',
      code: 'E_GUARD',
      hint: expect.stringMatching(/^A disk of etcd1 is full: .*Make room, then resume/) as string,
      next: `pawl resume ${run}`,
    });
    await onAll(makeRoom);
    await pawl.resumeTo('stop-masters');
  });

  test.each(PHASES.map((each) => [each.phase, each] as const))('%s', async (_, each) => {
    await databaseFull(each);
    await pawlFull(each);
    await dataFull(each);
    await pawl.resumeTo(each.next);
    await nothingForced();
  });

  /** As soon as a line is on the screen: the process ends, and what was committed can still be read. */
  async function databaseFull({ next, databaseFullAt }: BadPhase): Promise<void> {
    if (databaseFullAt === undefined) return;
    let full = false;
    const { exit, stderr } = await runPawl(lab, ['resume', '--no-input', '--pause-before', next], {
      onOutput: (text) => {
        if (full || !text.includes(databaseFullAt)) return;
        full = true;
        disk.fill();
      },
    });
    const { stdout } = await runPawl(lab, ['status']);
    disk.makeRoom();
    expect([full, exit, stderr]).toEqual([true, 9, expect.stringMatching(/is full.*E_STORE_FULL/s)]);
    expect(stdout).toContain(`pawl resume ${run}`);
  }

  /** 32 KiB are left under /var/lib/pawl of every host: a fence can be written, a job not. */
  async function pawlFull({ phase, next }: BadPhase): Promise<void> {
    await onAll(fill, 8);
    const told = await pawl.resume('--pause-before', next);
    await onAll(makeRoom);
    expect(told).toMatchObject({
      exit: 4,
      outcome: 'paused',
      at: expect.stringMatching(new RegExp(`^${phase}/`)) as string,
      // A one-shot is asked about first: its answer is that it never began.
      code: phase === 'migrate' ? 'E_NOT_BEGUN' : 'E_GUARD',
      hint: expect.stringMatching(/^A disk of \w+ is full|^Mend what keeps it from beginning/) as string,
      next: `pawl resume ${run}`,
    });
  }

  async function dataFull({ next, dataFull: expected }: BadPhase): Promise<void> {
    if (expected === undefined) return;
    const hosts = expected.hosts ?? ETCD;
    await Promise.all(hosts.map((host) => fill(lab, host, DATA)));
    const told = await pawl.resume('--pause-before', next);
    await Promise.all(hosts.map((host) => makeRoom(lab, host, DATA)));
    expect(told).toMatchObject({
      exit: 4,
      outcome: 'paused',
      code: expect.stringMatching(expected.codes) as string,
      at: expect.stringMatching(expected.at) as string,
      next: `pawl resume ${run}`,
    });
    // As the hint says: an etcd that has stopped by itself, and is not held, is started by hand.
    if (told.code === 'E_ETCD_UNAVAILABLE') {
      expect(told.hint).toContain('`systemctl start etcd` there');
      await sh(lab, 'etcd1', 'systemctl reset-failed etcd; systemctl start etcd');
    } else expect(`${told.message} ${told.hint}`).toMatch(/no space left on device/i);
  }

  test('full where the fences are closed; then it ends', async () => {
    await onAll(fill);
    expect(await pawl.resume()).toMatchObject({ exit: 4, code: 'E_GUARD' });
    await onAll(makeRoom);
    expect(await pawl.resume()).toMatchObject({ exit: 0, outcome: 'completed' });
  });

  test('as one whose disks had room: every key is there, no original was written, nothing is left behind', async () => {
    const { wrong, equal, leased } = await compareWithBefore(lab, before);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(equal).toBeGreaterThan(200);
    expect(leased).toBeGreaterThan(3);
    expect(await leftOnHosts(lab)).toEqual([]);
    await originalsUntouched(lab, run);
  });

  test('what may happen once happened once, counted outside', async () => {
    await observer.settle();
    const migrates = observer.events({ argv: MIGRATE }).map(({ host, argv }) => `${host} ${argv}`);
    const on = (copy: number): string => `etcd1 etcdctl migrate --data-dir ${DATA}/pawl-${run}/copy-${copy}`;
    // The one with room; before it the one of the full disk, where that had room for the copy's own mark.
    expect([[on(2)], [on(1), on(2)]]).toContainEqual(migrates);
    expect(brokenRules(observer.events(), { etcd: ETCD })).toEqual([]);
    for (const host of ETCD) expect(await sh(lab, host, 'systemctl is-active etcd')).toBe('active\n');
  });
});
