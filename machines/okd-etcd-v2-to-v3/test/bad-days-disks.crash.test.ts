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

interface Stop {
  readonly code: string;
  readonly at: string;
  /** What a person does on a host beside making room, as the message tells him. */
  readonly byHand?: string;
}

interface PhaseOfBadLuck {
  readonly phase: string;
  readonly next: string;
  /** A line on the screen at which the controller's disk is full. */
  readonly databaseFullAt?: string;
  /** Where it stops with 32 KiB left under /var/lib/pawl of every host: a fence can be written, a job not. */
  readonly pawlFull?: string;
  /** Where it stops with the data's disks full. */
  readonly dataFull?: Stop;
}

const PHASES: readonly PhaseOfBadLuck[] = [
  { phase: 'stop-masters', next: 'converge', pawlFull: 'stop-masters/stop-and-hold' },
  {
    phase: 'converge',
    next: 'stop-etcd',
    databaseFullAt: 'done    converge/converged',
    pawlFull: 'converge/read-manifest',
    dataFull: { code: 'E_DISK_FULL', at: 'converge/read-manifest' },
  },
  {
    phase: 'stop-etcd',
    next: 'back-up',
    databaseFullAt: 'done    stop-etcd/read-again',
    pawlFull: 'stop-etcd/stop-followers',
  },
  {
    phase: 'back-up',
    next: 'set-aside',
    pawlFull: 'back-up/members',
    dataFull: { code: 'E_DISK_FULL', at: 'back-up/members' },
  },
  {
    phase: 'set-aside',
    next: 'migrate',
    pawlFull: 'set-aside/originals',
    dataFull: { code: 'E_DISK_FULL', at: 'set-aside/copy' },
  },
  {
    phase: 'migrate',
    next: 're-form',
    pawlFull: 'migrate/run-migrate',
    dataFull: { code: 'E_DISK_FULL', at: 'set-aside/copy' },
  },
  {
    phase: 're-form',
    next: 'verify-v3',
    databaseFullAt: 'done    re-form/start-forced',
    pawlFull: 're-form/end-forced',
    dataFull: { code: 'E_NOT_FORMED', at: 're-form/start-clean' },
  },
  {
    phase: 'scale-up',
    next: 're-attach-ttls',
    pawlFull: 'scale-up/configure-2',
    dataFull: { code: 'E_JOIN', at: 'scale-up/start-2' },
  },
  { phase: 're-attach-ttls', next: 'reconfigure-masters', pawlFull: 're-attach-ttls/attach' },
  { phase: 'reconfigure-masters', next: 'start-masters', pawlFull: 'reconfigure-masters/edit' },
  { phase: 'start-masters', next: 'finish', pawlFull: 'start-masters/write-canary' },
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
  const onData = async (act: (lab: Lab, host: string, dir: string) => Promise<void>): Promise<void> => {
    await Promise.all(ETCD.map((host) => act(lab, host, DATA)));
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

  test.each(PHASES.map((each) => [each.phase, each] as const))(
    '%s',
    async (_, { phase, next, databaseFullAt, pawlFull, dataFull }) => {
      if (databaseFullAt !== undefined) {
        let full = false;
        const { exit, stderr } = await runPawl(lab, ['resume', '--no-input', '--pause-before', next], {
          onOutput: (text) => {
            if (full || !text.includes(databaseFullAt)) return;
            full = true;
            disk.fill();
          },
        });
        expect([full, exit, stderr]).toEqual([true, 9, expect.stringMatching(/is full.*E_STORE_FULL/s)]);
        // What was committed can still be read, and says the next command.
        expect((await runPawl(lab, ['status'])).stdout).toContain(`pawl resume ${run}`);
        disk.makeRoom();
      }
      if (pawlFull !== undefined) {
        await onAll(fill, 8);
        expect(await pawl.resume('--pause-before', next)).toMatchObject({
          exit: 4,
          outcome: 'paused',
          at: pawlFull,
          code: 'E_GUARD',
          hint: expect.stringMatching(/^A disk of \w+ is full/) as string,
          next: `pawl resume ${run}`,
        });
        await onAll(makeRoom);
      }
      if (dataFull !== undefined) {
        await onData(fill);
        const told = await pawl.resume('--pause-before', next);
        expect(told).toMatchObject({ exit: 4, outcome: 'paused', code: dataFull.code, at: dataFull.at });
        expect(`${told.message} ${told.hint}`).toMatch(/no space left on device/i);
        expect(told.next).toBe(`pawl resume ${run}`);
        await onData(makeRoom);
      }
      await pawl.resumeTo(next);
      await nothingForced();
      expect(phase).not.toBe(next);
    },
  );

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
    // The one of the full disk, and the one with room.
    expect(migrates).toEqual(
      [1, 2].map((n) => `etcd1 etcdctl migrate --data-dir ${DATA}/pawl-${run}/copy-${n}`),
    );
    expect(brokenRules(observer.events(), { etcd: ETCD })).toEqual([]);
    for (const host of ETCD) expect(await sh(lab, host, 'systemctl is-active etcd')).toBe('active\n');
  });
});
