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
import { forcedOn, onCall, pausedFor, type Why } from './helpers/bad-days';
import { controllersDisk, diskUnder, fill, makeRoom, smallDisk } from './helpers/full-disks';
import { standsAs, type Stands } from './helpers/stands-as';

jest.setTimeout(20 * 60_000);

const NAME = 'bad-disks';
const story = labAvailable().ok ? describe : describe.skip;
const ETCD = ['etcd1', 'etcd2', 'etcd3'];
const DATA = '/var/lib/etcd';
const CONFIG = '/etc/origin/master';

/** Of disks that the data lies on: which are full, what is told, and how the cluster stands then. */
interface DataFull extends Why {
  readonly hosts?: readonly string[];
  readonly dir?: string;
  readonly stands: Stands;
  /** What the hint says is to be done by hand when there is room, on hosts where etcd is not held. */
  readonly byHand?: string;
}

interface BadPhase {
  readonly phase: string;
  readonly next: string;
  /** How the cluster stands where no job can begin: as the phase before left it. */
  readonly stands: Stands;
  /** What is told where disks that are written to are full: one of these. */
  readonly dataFull?: readonly DataFull[];
  /** Hosts whose data's disk is full while the run goes on to the next phase: what etcd writes there has its room already. */
  readonly goesOnFull?: readonly string[];
  /** The line on the screen at which the controller’s disk gets full: a step that was begun now, or one that was open goes on. */
  readonly databaseFullAt?: string;
}

const ALL_UP: Stands = { masters: 'serving', etcd: 'v2' };
const MASTERS_DOWN: Stands = { masters: 'down', etcd: 'v2' };
const ALL_DOWN: Stands = { masters: 'down', etcd: 'down' };
const ALONE: Stands = { masters: 'down', etcd: { etcd1: 'v3', etcd2: 'down', etcd3: 'down' } };
const ON_V3: Stands = { masters: 'down', etcd: 'v3' };

const NO_ROOM = /no space left on device/i;
const MAKE_ROOM = /^A disk of \w+ is full: .*Make room, then resume/;

/** etcd, at a write that finds no room. As the hint says: where it is not held, it is started by hand. */
const stoppedByItself = (
  phase: string,
  etcd: Stands['etcd'],
  told: Pick<Why, 'code' | 'message'> = { code: 'E_ETCD_UNAVAILABLE', message: /^could not ask https:/ },
): DataFull => ({
  ...{ ...told, at: new RegExp(`^${phase}/`), hint: /`systemctl start etcd` there/ },
  stands: { masters: 'down', etcd },
  byHand: `[ -e /etc/systemd/system/etcd.service.d/00-pawl-hold.conf ] || { systemctl reset-failed etcd; systemctl start etcd; }`,
});

const PHASES: readonly BadPhase[] = [
  {
    phase: 'stop-masters',
    next: 'converge',
    stands: ALL_UP,
    databaseFullAt: ' resumed',
  },
  {
    phase: 'converge',
    next: 'stop-etcd',
    stands: MASTERS_DOWN,
    dataFull: [
      {
        ...{ code: 'E_DISK_FULL', at: 'converge/read-manifest', message: NO_ROOM, hint: MAKE_ROOM },
        stands: MASTERS_DOWN,
      },
    ],
    databaseFullAt: 'begins  converge/read-manifest on etcd1',
  },
  {
    phase: 'stop-etcd',
    next: 'back-up',
    stands: MASTERS_DOWN,
    databaseFullAt: 'begins  stop-etcd/stop-leader',
  },
  {
    phase: 'back-up',
    next: 'set-aside',
    stands: ALL_DOWN,
    dataFull: [
      {
        ...{ code: 'E_DISK_FULL', at: 'back-up/members', message: NO_ROOM, hint: MAKE_ROOM },
        stands: ALL_DOWN,
      },
    ],
    databaseFullAt: 'begins  back-up/members on etcd1',
  },
  {
    phase: 'set-aside',
    next: 'migrate',
    stands: ALL_DOWN,
    dataFull: [
      {
        ...{ code: 'E_DISK_FULL', at: /^set-aside\/(originals|copy)$/, message: NO_ROOM, hint: MAKE_ROOM },
        stands: ALL_DOWN,
      },
    ],
    databaseFullAt: 'begins  set-aside/copy on etcd1',
  },
  {
    phase: 'migrate',
    next: 're-form',
    stands: ALL_DOWN,
    dataFull: [
      {
        ...{ code: 'E_DISK_FULL', at: 'set-aside/copy', message: NO_ROOM, hint: MAKE_ROOM },
        stands: ALL_DOWN,
      },
    ],
    databaseFullAt: 'begins  migrate/run-migrate on etcd1',
  },
  {
    phase: 're-form',
    next: 'verify-v3',
    stands: ALL_DOWN,
    dataFull: [
      {
        ...{
          code: 'E_NOT_FORMED',
          at: 're-form/start-forced',
          message: NO_ROOM,
          hint: /Don’t start it by hand/,
        },
        stands: { masters: 'down', etcd: { etcd1: 'forced', etcd2: 'down', etcd3: 'down' } },
      },
      // It starts after all, and stops at its first writes.
      stoppedByItself('re-form', { etcd1: 'released', etcd2: 'down', etcd3: 'down' }),
    ],
    databaseFullAt: 'begins  re-form/delete-canary on etcd1',
  },
  {
    phase: 'scale-up',
    next: 're-attach-ttls',
    stands: ALONE,
    dataFull: [
      {
        hosts: ['etcd2'],
        ...{ code: 'E_JOIN', at: 'scale-up/start-2', message: NO_ROOM, hint: /never added twice/ },
        stands: { masters: 'down', etcd: { etcd1: 'v3', etcd2: 'released', etcd3: 'down' } },
      },
    ],
    databaseFullAt: 'begins  scale-up/add-3 on etcd1',
    goesOnFull: ['etcd1'],
  },
  {
    phase: 're-attach-ttls',
    next: 'reconfigure-masters',
    stands: ON_V3,
    // Which of them have stopped by then, and whether before the first lease, is a matter of moments.
    dataFull: [
      stoppedByItself('re-attach-ttls', {}),
      stoppedByItself('re-attach-ttls', {}, { code: 'E_LEASES', message: /^not every lease was attached: / }),
    ],
    databaseFullAt: 'begins  re-attach-ttls/attach on etcd1',
  },
  {
    phase: 'reconfigure-masters',
    next: 'start-masters',
    stands: ON_V3,
    dataFull: [
      {
        hosts: ['master1'],
        dir: CONFIG,
        ...{ code: 'E_DISK_FULL', at: 'reconfigure-masters/edit', message: NO_ROOM, hint: MAKE_ROOM },
        stands: ON_V3,
      },
    ],
    databaseFullAt: 'begins  reconfigure-masters/edit on master1',
  },
  {
    phase: 'start-masters',
    next: 'finish',
    stands: ON_V3,
    databaseFullAt: 'begins  start-masters/release-and-start on master1',
  },
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
      message: expect.stringMatching(NO_ROOM) as string,
      hint: expect.stringMatching(MAKE_ROOM) as string,
      next: expect.stringMatching(new RegExp(`^pawl (resume|rollback) ${first.run}`)) as string,
    });
    await standsAs(lab, ALL_DOWN);
    await onAll(makeRoom);
    await whileFull({}, async () => {
      expect(await pawl.rollback()).toEqual(
        pausedFor(first.run, {
          ...{ at: 'originals-back/set-new-aside', code: 'E_DISK_FULL', message: NO_ROOM, hint: MAKE_ROOM },
        }),
      );
      await standsAs(lab, ALL_DOWN);
    });
    await databaseFull(first.run, 'begins  files-back/restore-files on etcd1');
    // An original comes up in the log file that it has: what is written there has its room.
    await whileFull({}, async () => {
      expect(await pawl.rollback()).toMatchObject({ exit: 0, outcome: 'rolled-back' });
    });
    expect(await changedSince(lab, picture)).toEqual([]);
    await nothingForced();
  });

  test('a host whose disk is full is not begun on', async () => {
    await diskUnder(lab, 'master1', CONFIG);
    observer = await lab.observer();
    before = await lab.v2dump();
    ({ run } = await pawl.runTo('prepare'));
    await onAll(fill);
    expect(await pawl.resume()).toEqual(
      pausedFor(run, { at: 'prepare/plant-fences', code: 'E_GUARD', message: NO_ROOM, hint: MAKE_ROOM }),
    );
    await standsAs(lab, ALL_UP);
    await onAll(makeRoom);
    await databaseFull(run, ' resumed', 'stop-masters');
    await standsAs(lab, ALL_UP);
    await pawl.resumeTo('stop-masters');
  });

  test.each(PHASES.map((each) => [each.phase, each] as const))('%s', async (_, each) => {
    await pawlFull(each);
    await dataFull(each);
    await whileFull({ hosts: each.goesOnFull ?? [] }, async () => {
      if (each.databaseFullAt !== undefined) await databaseFull(run, each.databaseFullAt, each.next);
      await pawl.resumeTo(each.next);
    });
    await nothingForced();
  });

  /** As soon as a step has begun: the process ends, what the step does on its host goes on, and what was committed can still be read. */
  async function databaseFull(ofRun: string, line: string, before?: string): Promise<void> {
    const until = before === undefined ? [] : ['--pause-before', before];
    let full = false;
    const { exit, stderr } = await runPawl(lab, ['resume', '--verbose', '--no-input', ...until], {
      onOutput: (text) => {
        if (full || !text.includes(line)) return;
        full = true;
        disk.fill();
      },
    });
    const { stdout } = await runPawl(lab, ['status']);
    disk.makeRoom();
    expect([full, exit, stderr]).toEqual([
      true,
      9,
      expect.stringMatching(/is full.*Make room; then resume.*E_STORE_FULL/s),
    ]);
    expect(stdout).toMatch(new RegExp(`pawl (resume|rollback) ${ofRun}`));
  }

  /** 32 KiB are left under /var/lib/pawl of every host: a fence can be written, a job not. */
  async function pawlFull({ phase, next, stands }: BadPhase): Promise<void> {
    await onAll(fill, 8);
    const told = await pawl.resume('--pause-before', next);
    await onAll(makeRoom);
    // A one-shot is asked about first: its answer is that it never began.
    const asked = phase === 'migrate';
    expect(told).toEqual(
      pausedFor(run, {
        at: new RegExp(`^${phase}/`),
        code: asked ? 'E_NOT_BEGUN' : 'E_GUARD',
        message: NO_ROOM,
        hint: asked ? /^Mend what keeps it from beginning, then resume: the same round/ : MAKE_ROOM,
      }),
    );
    await standsAs(lab, stands);
  }

  async function dataFull({ next, dataFull: expected = [] }: BadPhase): Promise<void> {
    const [usual] = expected;
    if (usual === undefined) return;
    const { byHand } = await whileFull(usual, async () => {
      const told = await pawl.resume('--pause-before', next);
      const as = expected.find(({ code }) => code === told.code) ?? usual;
      expect(told).toEqual(pausedFor(run, as));
      await standsAs(lab, as.stands);
      return as;
    });
    if (byHand !== undefined) await Promise.all(ETCD.map((host) => sh(lab, host, byHand)));
  }

  async function whileFull<T>(
    { hosts = ETCD, dir = DATA }: Pick<DataFull, 'hosts' | 'dir'>,
    act: () => Promise<T>,
  ): Promise<T> {
    await Promise.all(hosts.map((host) => fill(lab, host, dir)));
    try {
      return await act();
    } finally {
      await Promise.all(hosts.map((host) => makeRoom(lab, host, dir)));
    }
  }

  test('full where the fences are closed; then it ends', async () => {
    await onAll(fill);
    const told = await pawl.resume();
    await onAll(makeRoom);
    expect(told).toEqual(
      pausedFor(run, { at: /^finish/, code: 'E_GUARD', message: NO_ROOM, hint: MAKE_ROOM }),
    );
    await standsAs(lab, { masters: 'serving', etcd: 'v3' });
    await databaseFull(run, ' resumed');
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
