import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ACCEPT, bench, CLUSTER, INVENTORY, type Bench } from './toy/harness';

let b: Bench;
beforeEach(() => (b = bench()));
afterEach(() => b.clear());

const RUN = 'restore-20261124-1';
const FROM = 'etcd1:/backup/etcd';
const LOSE = `--accept-data-loss ${CLUSTER}`;
const from = `rollback --from ${FROM} -i {inventory} --db {db}`;
const terminal = { stdin: true, stdout: true, stderr: true };

const nothingWasMade = (): void => {
  expect(b.world.effects()).toEqual([]);
  expect(existsSync(b.db)).toBe(false);
};

test('where no run is known: the loss accepted by name, it goes to its end: exit 0', async () => {
  expect(await b.fitting(`${from} ${LOSE}`)).toMatchObject({
    exit: 0,
    document: {
      outcome: 'completed',
      run: RUN,
      changed: true,
      next: null,
      conclusion: ['the toy is what /backup/etcd holds'],
    },
  });
  expect(b.world.effects()).toEqual(['put etcd1', 'start-on-backup master1']);
  expect((await b.fitting('status --db {db}')).document).toMatchObject({
    run: RUN,
    outcome: 'completed',
    machine: 'toy-restore',
  });
});

test.each([
  ['nobody can be asked', ''],
  ['--no-input was said', ' --no-input'],
  ['--yes alone was said', ' --yes'],
])('where %s: exit 3, nothing is made; the command that accepts it is never next', async (_, more) => {
  expect(await b.fitting(`${from}${more}`)).toMatchObject({
    exit: 3,
    document: {
      outcome: 'refused',
      run: null,
      changed: false,
      reason: { code: 'E_DATA_LOSS', facts: { name: CLUSTER, from: FROM, keys: 12 } },
      next: `pawl plan --rollback --from ${FROM} -i ${b.inventory} --db ${b.db}`,
      otherwise: `pawl rollback --from ${FROM} -i ${b.inventory} ${LOSE} --db ${b.db}`,
    },
  });
  nothingWasMade();
});

test('on a terminal the cost and the plan are shown, then the name is typed', async () => {
  const { exit, stderr } = await b.pawl(from, { isTTY: terminal, stdin: Readable.from([`${CLUSTER}\n`]) });
  expect(exit).toBe(0);
  const inOrder = [
    `Plan of ${RUN}`,
    `from ${FROM}`,
    'What it costs, and what users of the cluster will notice',
    '12 keys were written to v3 in 17 days',
    "echo 'put /backup/etcd etcd1'",
    `by the name ${CLUSTER}`,
    `what was written since is lost. Type ${CLUSTER} to go ahead:`,
    'phase 2/3 put-in-place',
  ];
  const shown = stderr.replaceAll(/\s+/g, ' ');
  const at = inOrder.map((text) => shown.indexOf(text));
  expect(at).not.toContain(-1);
  expect(at).toEqual([...at].sort((x, y) => x - y));
});

test.each([
  ['typed', from, 'yes\n', 'E_WRONG_NAME'],
  ['by flag', `${from} --accept-data-loss other`, '', 'E_WRONG_NAME'],
])('a wrong name %s is exit 3; nothing is made', async (_, line, typed, code) => {
  expect(await b.fitting(line, { isTTY: terminal, stdin: Readable.from([typed]) })).toMatchObject({
    exit: 3,
    document: { error: { code } },
  });
  nothingWasMade();
});

test('a backup that the check refuses is exit 3 before anybody is asked; next looks again', async () => {
  b.world.spoil('backup', 'refused');
  expect(await b.fitting(`${from} ${LOSE}`)).toMatchObject({
    exit: 3,
    document: {
      outcome: 'refused',
      reason: { code: 'E_CHECK_REFUSED' },
      findings: [{ code: 'E_ETCD_NO_BACKUP', host: 'etcd1' }],
      next: `pawl plan --rollback --from ${FROM} -i ${b.inventory} --db ${b.db}`,
      otherwise: null,
    },
  });
  nothingWasMade();
});

test.each([
  ['the host left out: the first of [etcd]', '--from /backup/etcd', 'etcd1:/backup/etcd'],
  [
    'the first that is not dead',
    '--from /backup/etcd --host-dead etcd1 --reason burnt',
    'etcd2:/backup/etcd --host-dead etcd1 --reason burnt',
  ],
  [
    'a database of another place',
    '--from etcd2:/b --db-from /var/lib/etcd.old/member/snap/db',
    'etcd2:/b --db-from /var/lib/etcd.old/member/snap/db',
  ],
])('%s', async (_, flags, said) => {
  const { document } = await b.fitting(`rollback ${flags} -i {inventory} --db {db}`);
  expect(document['otherwise']).toBe(`pawl rollback --from ${said} -i ${b.inventory} ${LOSE} --db ${b.db}`);
});

test.each([
  ['a path that is not absolute', '--from backup/etcd'],
  ['a host that is not in [etcd]', '--from master1:/backup/etcd'],
  ['a host that is dead', '--from etcd1:/b --host-dead etcd1 --reason burnt'],
  ['a dead host without a reason', '--from /b --host-dead etcd2'],
  ['a database without a backup', '--db-from /b'],
  ['a phase without a backup', '--pause-before start'],
  ['an unknown phase', '--from /b --pause-before nowhere'],
])('%s is exit 2', async (_, flags) => {
  expect(await b.fitting(`rollback ${flags} -i {inventory} --db {db}`)).toMatchObject({ exit: 2 });
  nothingWasMade();
});

describe('plan --rollback --from', () => {
  const plan = `plan --rollback --from ${FROM} -i {inventory} --db {db}`;

  test('shows what it would do; makes nothing; next asks, and accepts nothing', async () => {
    expect(await b.fitting(plan)).toMatchObject({
      exit: 0,
      document: {
        outcome: 'planned',
        run: RUN,
        plan: {
          machine: 'toy-restore',
          restore: { from: FROM, name: CLUSTER },
          phases: [{ name: 'look' }, { name: 'put-in-place' }, { name: 'start' }],
        },
        next: `pawl rollback --from ${FROM} -i ${b.inventory} --db ${b.db}`,
        script: null,
      },
    });
    expect((await b.pawl(plan)).stdout).toContain("echo 'put /backup/etcd etcd1'");
    nothingWasMade();
  });

  test('--script: by hand', async () => {
    const by = `By hand, for ${RUN}: put /backup/etcd back\n`;
    expect(await b.pawl(`${plan} --script`)).toMatchObject({ exit: 0, stdout: by });
    expect((await b.fitting(`${plan} --script`)).document).toMatchObject({ script: by });
    nothingWasMade();
  });

  test('what belongs to the way back is refused forward', async () => {
    expect(await b.fitting(`plan --from ${FROM} -i {inventory} --db {db}`)).toMatchObject({ exit: 2 });
  });
});

describe('a restore is a run like any other', () => {
  const paused = (): ReturnType<Bench['fitting']> => b.fitting(`${from} ${LOSE} --pause-before start`);

  test('paused, told, resumed to its end: exit 0, every effect once', async () => {
    expect(await paused()).toMatchObject({
      exit: 4,
      document: {
        outcome: 'paused',
        next: `pawl resume ${RUN} --db ${b.db}`,
        otherwise: `pawl rollback ${RUN} --db ${b.db}`,
      },
    });
    for (const line of [
      'status --db {db}',
      'runs --db {db}',
      `journal ${RUN} --db {db}`,
      `graph ${RUN} --db {db}`,
    ])
      expect(await b.fitting(line)).toMatchObject({ exit: 0 });
    expect((await b.pawl(`graph ${RUN} --db {db}`)).stdout).toContain('put_in_place');
    expect(await b.fitting('pause --db {db}')).toMatchObject({ exit: 0 });
    expect(await b.fitting('resume --db {db}')).toMatchObject({
      exit: 0,
      document: { outcome: 'completed' },
    });
    expect(b.world.effects()).toEqual(['put etcd1', 'start-on-backup master1']);
  });

  test('taken back by its own way back: exit 0; the next thing is to look again', async () => {
    await paused();
    expect((await b.pawl('plan --rollback --db {db}')).stdout).toContain('take-away');
    expect(await b.fitting('rollback --db {db} --yes')).toMatchObject({
      exit: 0,
      document: {
        outcome: 'rolled-back',
        run: RUN,
        next: `pawl plan --rollback --from ${FROM} -i ${b.inventory} --db ${b.db}`,
      },
    });
    expect(b.world.effects()).toEqual(['put etcd1', 'take etcd1']);
  });

  test('unfinished, it keeps a run and another restore from its hosts', async () => {
    await paused();
    for (const line of [`run -i {inventory} --db {db} ${ACCEPT}`, `${from} ${LOSE}`])
      expect(await b.fitting(line)).toMatchObject({
        exit: 3,
        document: { error: { code: 'E_RUN_UNFINISHED', facts: { run: RUN } } },
      });
  });

  test('an unfinished run keeps a restore from its hosts', async () => {
    await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before start`);
    expect(await b.fitting(`${from} ${LOSE}`)).toMatchObject({
      exit: 3,
      document: { error: { code: 'E_RUN_UNFINISHED' } },
    });
  });

  test('a resume compares the inventory as it was told: the backup’s host first, the dead left out', async () => {
    await b.pawl(
      `rollback --from etcd2:/b --host-dead etcd1 --reason burnt -i {inventory} --db {db} ${LOSE} --pause-before start`,
    );
    expect(await b.fitting('resume --db {db} --pause-before start')).toMatchObject({ exit: 4 });
    writeFileSync(b.inventory, INVENTORY.replace('198.18.0.2', '198.18.0.9'));
    expect(await b.fitting('resume --db {db}')).toMatchObject({ exit: 8 });
  });

  test('one that was given up may be taken out of the inventory before it goes on', async () => {
    await b.pawl(
      `rollback --from etcd2:/b --host-dead etcd1 --reason burnt -i {inventory} --db {db} ${LOSE} --pause-before start`,
    );
    writeFileSync(b.inventory, INVENTORY.replace(/^etcd1 .*\n/m, ''));
    expect(await b.fitting('resume --db {db}')).toMatchObject({
      exit: 0,
      document: { outcome: 'completed', run: RUN },
    });
  });
});

test('of a run that has ended the inventory is known; an unfinished one is refused', async () => {
  const run = 'toy-20261124-1';
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before start`);
  expect(await b.fitting(`rollback ${run} --from /b --db {db} ${LOSE}`)).toMatchObject({
    exit: 3,
    document: { error: { code: 'E_RUN_UNFINISHED' } },
  });
  await b.pawl('resume --db {db}');
  expect(await b.fitting(`rollback ${run} --from /b --db {db} ${LOSE}`)).toMatchObject({
    exit: 0,
    document: { outcome: 'completed', run: RUN },
  });
  expect(existsSync(join(b.folder, 'runs', RUN))).toBe(true);
});
