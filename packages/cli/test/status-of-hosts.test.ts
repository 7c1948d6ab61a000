import { existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { schemaFaults } from './schemas';
import { putOnHost } from './toy/fences';
import { ACCEPT, bench, type Bench } from './toy/harness';

let b: Bench;
beforeEach(() => (b = bench()));
afterEach(() => b.clear());

const fence = {
  run: 'toy-20261123-4',
  claim: 'c-1-secret',
  owner: 'anna@desk7',
  database: '/home/anna/my state/pawl.db',
  since: '2026-11-23T22:00:00Z',
  phase: 'stop',
};
const look = 'status -i {inventory} --db {db}';

async function fitting(line: string): Promise<Record<string, unknown>> {
  const { exit, document } = await b.json(line);
  expect([exit, schemaFaults(document)]).toEqual([0, []]);
  return document;
}

test('tells whose the hosts are, where its database lies, in which phase, and what to run on which machine', async () => {
  putOnHost(b.world, 'etcd1', { fence: { ...fence, phase: 'convert' }, running: ['0042.turn'] });
  putOnHost(b.world, 'etcd2', { fence });
  putOnHost(b.world, 'master1', { fence, held: [{ unit: 'api.service', run: fence.run }] });
  expect(await fitting(look)).toMatchObject({
    schema: 'pawl/fences/1',
    outcome: 'held',
    run: 'toy-20261123-4',
    phase: 'convert',
    next: "pawl status toy-20261123-4 --db '/home/anna/my state/pawl.db'",
    nextOn: 'desk7',
    runs: [
      {
        hosts: ['etcd1', 'etcd2', 'master1'],
        since: '2026-11-23T22:00:00Z',
        owner: 'anna@desk7',
        here: null,
        running: [{ host: 'etcd1', intent: '0042.turn' }],
      },
    ],
    held: [{ host: 'master1', unit: 'api.service', run: fence.run }],
  });
  const { stdout } = await b.pawl(look);
  for (const words of [
    'toy-20261123-4  holds etcd1, etcd2, master1',
    'phase     convert',
    'since     2026-11-23T22:00:00Z',
    'owner     anna@desk7',
    '/home/anna/my state/pawl.db (on the owner’s machine)',
    '0042.turn on etcd1',
    'master1: api.service is kept from starting by toy-20261123-4',
    "Next, on desk7: pawl status toy-20261123-4 --db '/home/anna/my state/pawl.db'",
    'pawl unfence -i ',
  ])
    expect(stdout).toContain(words);
  // A claim lets its bearer change hosts.
  expect(stdout).not.toContain(fence.claim);
  expect(existsSync(b.db)).toBe(false);
});

test('of a restore the furthest phase is told, too: its fences name a run, not its machine', async () => {
  const restore = { ...fence, run: 'restore-20261124-1' };
  putOnHost(b.world, 'etcd1', { fence: { ...restore, phase: 'start' } });
  putOnHost(b.world, 'etcd2', { fence: { ...restore, phase: 'put-in-place' } });
  expect(await fitting(look)).toMatchObject({ run: 'restore-20261124-1', phase: 'start' });
});

test('of a run that proves backups nothing is rebuilt: it is given up', async () => {
  const run = 'backup-check-20261124-1';
  putOnHost(b.world, 'etcd1', { fence: { ...fence, run } });
  expect(await fitting(look)).toMatchObject({ run, next: expect.stringContaining('status') as unknown });
  const { stdout } = await b.pawl(look);
  expect(stdout).toContain(`gone for good: pawl unfence -i ${b.inventory} ${run} --reason WHY\n`);
  expect(stdout).not.toContain('--from-hosts');
});

test('on the owner’s own machine the command is to be run here', async () => {
  putOnHost(b.world, 'etcd1', { fence: { ...fence, owner: `anna@${hostname()}` } });
  expect(await fitting(look)).toMatchObject({ nextOn: null });
});

test('where this database has the run too, both are said, and what this one says is to be run next', async () => {
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before convert`);
  putOnHost(b.world, 'etcd1', { fence: { ...fence, run: 'toy-20261124-1' } });
  expect(await fitting(look)).toMatchObject({
    outcome: 'held',
    next: `pawl resume toy-20261124-1 --db ${b.db}`,
    nextOn: null,
    runs: [{ database: fence.database, here: { state: 'paused', phase: 'convert', database: b.db } }],
  });
  const { stdout } = await b.pawl(look);
  expect(stdout).toContain(`paused, in convert; records ${b.db}`);
  expect(stdout).not.toContain('unfence');
});

describe('a run that is over in this database, and a fence of it that stands all the same', () => {
  const RUN = 'toy-20261124-1';
  const HOSTS = ['etcd1', 'etcd2', 'master1'];
  const own = (): typeof fence => ({ ...fence, run: RUN, owner: `anna@${hostname()}`, database: b.db });

  test('given up, and killed while its fences were opened: unfence once more', async () => {
    await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before convert`);
    await b.pawl(`unfence ${RUN} -i {inventory} --db {db} --yes --reason gone`);
    putOnHost(b.world, 'etcd2', { fence: own() });
    const { next, runs } = await fitting(look);
    expect([next, runs]).toEqual([
      `pawl unfence -i ${b.inventory} ${RUN} --reason 'it is abandoned' --db ${b.db}`,
      [expect.objectContaining({ here: expect.objectContaining({ state: 'abandoned' }) as unknown })],
    ]);
    const { stdout } = await b.pawl(look);
    expect(stdout).toContain(`Next: ${String(next)}\n`);
    const again = await b.pawl(`unfence -i {inventory} ${RUN} --reason abandoned --db {db} --yes`);
    expect([again.exit, await fitting(look)]).toEqual([0, expect.objectContaining({ outcome: 'free' })]);
  });

  test('completed, and held since by what it does not know: rebuilt beside it', async () => {
    await b.pawl(`run -i {inventory} --db {db} ${ACCEPT}`);
    for (const host of HOSTS) putOnHost(b.world, host, { fence: own() });
    const { next } = await fitting(look);
    expect(next).toBe(
      `pawl resume --from-hosts -i ${b.inventory} ${RUN} --db ${join(b.folder, `${RUN}-from-hosts.db`)}`,
    );
    expect((await b.pawl(String(next).replace(/^pawl /, ''))).exit).toBe(5);
  });

  test('a proof of backups that has completed: its fence is opened', async () => {
    await b.pawl(`run -i {inventory} --db {db} ${ACCEPT}`);
    await b.pawl(`check --backups ${RUN} --db {db}`);
    const proof = 'backup-check-20261124-1';
    putOnHost(b.world, 'etcd1', { fence: { ...own(), run: proof } });
    const { next } = await fitting(look);
    expect(next).toBe(`pawl unfence -i ${b.inventory} ${proof} --reason 'it is completed' --db ${b.db}`);
    const opened = await b.pawl(`unfence -i {inventory} ${proof} --reason completed --db {db} --yes`);
    expect([opened.exit, await fitting(look)]).toEqual([0, expect.objectContaining({ outcome: 'free' })]);
  });

  test('rolled back without a host: that one is put right by hand', async () => {
    await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before start`);
    await b.pawl(`rollback ${RUN} --db {db} --yes`);
    putOnHost(b.world, 'etcd2', { fence: own() });
    expect(await fitting(look)).toMatchObject({ outcome: 'held', next: null });
    const { stdout } = await b.pawl(look);
    expect(stdout).toContain('put it right by hand, by /var/lib/pawl/README there');
  });

  test('where the fence names another database, that one is asked, and both ways out work from here', async () => {
    await b.pawl(`run -i {inventory} --db {db} ${ACCEPT}`);
    putOnHost(b.world, 'etcd2', { fence: { ...fence, run: RUN } });
    expect(await fitting(look)).toMatchObject({
      next: `pawl status ${RUN} --db '/home/anna/my state/pawl.db'`,
      nextOn: 'desk7',
    });
    const { stdout } = await b.pawl(look);
    expect(stdout).toContain(`--from-hosts -i ${b.inventory} ${RUN} --db ANOTHER-FILE\n`);
    expect(stdout).toContain(`pawl unfence -i ${b.inventory} ${RUN} --reason WHY\n`);
  });
});

test('a database that cannot be used keeps nobody from asking the hosts', async () => {
  writeFileSync(b.db, 'this is no database', { mode: 0o600 });
  putOnHost(b.world, 'etcd1', { fence });
  const { exit, stdout, stderr } = await b.pawl(look);
  expect([exit, stdout]).toEqual([0, expect.stringContaining('holds etcd1')]);
  expect(stderr).toContain('own database can');
});

test('hosts that nobody holds: what ended there, and by whom', async () => {
  const ended = { run: 'toy-1', claim: 'c', owner: 'anna@desk7', at: '2026-11-22T10:00:00Z' };
  const closed = [
    { ...ended, outcome: 'completed' },
    { ...ended, run: 'toy-2', outcome: 'abandoned', by: 'eve@desk', reason: 'its disk died' },
  ];
  putOnHost(b.world, 'etcd1', { closed });
  putOnHost(b.world, 'etcd2', { closed: closed.slice(0, 1) });
  expect(await fitting(look)).toMatchObject({
    outcome: 'free',
    run: null,
    next: `pawl check -i ${b.inventory} --db ${b.db}`,
    ended: [
      { run: 'toy-1', outcome: 'completed', hosts: ['etcd1', 'etcd2'] },
      { run: 'toy-2', outcome: 'abandoned', by: 'eve@desk', reason: 'its disk died' },
    ],
  });
  const { stdout } = await b.pawl(look);
  expect(stdout).toContain('No run holds these hosts.');
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'toy-2: abandoned, 2026-11-22T10:00:00Z, on etcd1; by eve@desk: its disk died',
  );
});

test('hosts that do not answer are told; none that does is a failure', async () => {
  putOnHost(b.world, 'etcd1', { unreachable: true });
  expect(await fitting(look)).toMatchObject({
    outcome: 'unknown',
    next: null,
    unasked: [{ host: 'etcd1', code: 'E_UNREACHABLE' }],
  });
  for (const host of ['etcd2', 'master1']) putOnHost(b.world, host, { unreachable: true });
  const { exit, stderr } = await b.pawl(look);
  expect([exit, stderr]).toEqual([3, expect.stringContaining('no host could be asked')]);
});

test('hosts of two runs: each is told, and no one command is the next', async () => {
  putOnHost(b.world, 'etcd1', { fence });
  putOnHost(b.world, 'master1', { fence: { ...fence, run: 'toy-20261124-9' } });
  expect(await fitting(look)).toMatchObject({ outcome: 'several', run: null, next: null, runs: [{}, {}] });
});

test('needs no folder of its own', async () => {
  const { exit } = await b.pawl(`status -i {inventory} --db ${join(b.folder, 'nowhere', 'pawl.db')}`);
  expect([exit, existsSync(join(b.folder, 'nowhere'))]).toEqual([0, false]);
});
