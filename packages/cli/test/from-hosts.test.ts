import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ClosedRun, Fence } from '@pawl/hosts';
import { openStore } from '@pawl/store';
import { putOnHost } from './toy/fences';
import { ACCEPT, bench, CLUSTER, INVENTORY, type Bench } from './toy/harness';

let b: Bench;
beforeEach(() => (b = bench()));
afterEach(() => b.clear());

const RUN = 'toy-20261124-1';
const HOSTS = ['etcd1', 'etcd2', 'master1'];
const fromHosts = 'resume --from-hosts -i {inventory} --db {db}';
const fence: Fence = {
  ...{ run: RUN, claim: 'c1', owner: 'anna@desk7', database: '/home/anna/pawl.db', phase: 'convert' },
  since: '2026-11-24T09:00:00Z',
};
const record: ClosedRun = {
  ...{ run: RUN, outcome: 'completed', claim: 'c1', owner: 'anna@desk7', at: '2026-11-24T09:30:00Z' },
};

/** Paused before the point of no return, its fences on every host, and then its database is lost. */
async function lost(): Promise<void> {
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before start`);
  for (const host of HOSTS) putOnHost(b.world, host, { fence });
  rmSync(b.db);
}

describe('the database is lost', () => {
  beforeEach(lost);

  test('the run is rebuilt in doubt: from what, and what can be decided; nothing is done', async () => {
    const before = b.world.effects();
    const { exit, document } = await b.fitting(fromHosts);
    expect([exit, document]).toEqual([
      5,
      expect.objectContaining({
        outcome: 'in-doubt',
        run: RUN,
        phase: 'convert',
        changed: true,
        reason: expect.objectContaining({ code: 'E_REBUILT' }) as unknown,
        choices: [expect.objectContaining({ name: 'go-on' })],
        next: `pawl resume ${RUN} --decide go-on --reason 'rebuilt from its hosts' --db ${b.db}`,
        otherwise: `pawl rollback ${RUN} --db ${b.db}`,
      }),
    ]);
    expect(b.world.effects()).toEqual(before);
  });

  test('status says so ever after', async () => {
    await b.pawl(fromHosts);
    expect(await b.pawl('resume --db {db}')).toMatchObject({ exit: 5 });
    const on = await b.pawl(`resume ${RUN} --db {db} --decide go-on --reason lost --pause-before start`);
    expect(on.exit).toBe(4);
    const { document } = await b.fitting('status --db {db}');
    expect(document).toMatchObject({ outcome: 'paused', rebuilt: { hosts: HOSTS } });
    const { stdout } = await b.pawl('status --db {db}');
    expect(stdout).toMatch(/rebuilt +from etcd1, etcd2, master1 at 2026-11-24T10:00:00.000Z, up to the job/);
    expect(await b.pawl('journal --verify --db {db}')).toMatchObject({ exit: 0 });
  });

  test('or it is taken back', async () => {
    await b.pawl(fromHosts);
    expect((await b.fitting(`rollback ${RUN} --yes --db {db}`)).document).toMatchObject({
      outcome: 'rolled-back',
    });
  });

  test('one that had completed is named, and rests as such', async () => {
    for (const host of HOSTS) putOnHost(b.world, host, { closed: [record] });
    expect(await b.pawl(fromHosts)).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('E_NO_FENCE') as unknown,
    });
    expect(await b.fitting(`${fromHosts} ${RUN}`)).toMatchObject({
      exit: 0,
      document: { outcome: 'completed', next: null },
    });
  });
});

test('the database is lost while the fences were closed: which still stand, and that they are closed by going on', async () => {
  await lost();
  putOnHost(b.world, 'etcd1', { closed: [record] });
  const { exit, document } = await b.fitting(fromHosts);
  expect([exit, document]).toEqual([
    5,
    expect.objectContaining({
      outcome: 'in-doubt',
      reason: expect.objectContaining({
        code: 'E_REBUILT',
        message: expect.stringContaining('closing its fences: etcd1 of etcd1, etcd2, master1') as unknown,
      }) as unknown,
    }),
  ]);
});

test('the database is lost after a cleanup: it rests closed, and a restore is offered', async () => {
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT}`);
  await b.pawl(`cleanup ${RUN} --remove original --db {db} --yes`);
  for (const host of HOSTS) putOnHost(b.world, host, { closed: [record] });
  rmSync(b.db);
  expect(await b.fitting(`${fromHosts} ${RUN}`)).toMatchObject({
    exit: 0,
    document: { outcome: 'closed', next: null, reason: null },
  });
  expect((await b.fitting(`status ${RUN} --db {db}`)).document).toMatchObject({ outcome: 'closed' });
  const { stdout, stderr } = await b.pawl(`rollback ${RUN} --db {db}`);
  expect(`${stdout}${stderr}`).toMatch(/it was cleaned up.*A restore takes its place/s);
});

test('the database of a restore that left a host out: named by an inventory without that host', async () => {
  const restore = 'restore-20261124-1';
  await b.pawl(
    `rollback --from etcd2:/b --host-dead etcd1 --reason burnt -i {inventory} --db {db} --accept-data-loss ${CLUSTER} --pause-before start`,
  );
  putOnHost(b.world, 'etcd1', { unreachable: true });
  for (const host of ['etcd2', 'master1']) putOnHost(b.world, host, { fence: { ...fence, run: restore } });
  rmSync(b.db);
  expect(await b.pawl(fromHosts)).toMatchObject({ exit: 3 });
  writeFileSync(b.inventory, INVENTORY.replace(/^etcd1 .*\n/m, ''));
  expect(await b.fitting(fromHosts)).toMatchObject({
    exit: 5,
    document: { run: restore, reason: { code: 'E_REBUILT' } },
  });
});

describe('is refused, and no run is made', () => {
  beforeEach(lost);

  test.each<[string, string, number, RegExp, () => void]>([
    [
      'a host that does not answer',
      '',
      3,
      /E_UNREACHABLE/,
      () => putOnHost(b.world, 'etcd2', { unreachable: true }),
    ],
    [
      'a job that still runs',
      '',
      3,
      /0042\.turn on etcd2.*E_JOBS_RUNNING/s,
      () => putOnHost(b.world, 'etcd2', { fence, running: ['0042.turn'] }),
    ],
    [
      'several runs',
      '',
      2,
      /E_WHICH_RUN/,
      () => putOnHost(b.world, 'etcd2', { fence: { ...fence, run: 'toy-9' } }),
    ],
    [
      'another run on a host',
      RUN,
      7,
      /etcd2 belongs to toy-9.*E_FENCED/s,
      () => putOnHost(b.world, 'etcd2', { fence: { ...fence, run: 'toy-9' } }),
    ],
    [
      'a host without a fence',
      '',
      5,
      /etcd2 has neither.*E_FENCE_MISSING/s,
      () => putOnHost(b.world, 'etcd2', {}),
    ],
    [
      'a run that is over on a host',
      '',
      3,
      /has ended: rolled-back.*pawl unfence -i INVENTORY \S+ --reason WHY.*E_ENDED/s,
      () => putOnHost(b.world, 'etcd2', { closed: [{ ...record, outcome: 'rolled-back' }] }),
    ],
    [
      'no job',
      '',
      3,
      /no job of.*pawl unfence -i INVENTORY \S+ --reason WHY.*E_NO_JOB/s,
      () => rmSync(join(b.world.folder, 'jobs')),
    ],
    [
      'an inventory that names another address',
      '',
      8,
      /etcd2 was at.*E_INVENTORY_CHANGED/s,
      () => writeFileSync(b.inventory, INVENTORY.replace('198.18.0.2', '198.18.0.9')),
    ],
    ['a decision along with it', '--decide go-on --reason x', 2, /E_USAGE/, () => undefined],
  ])('%s', async (_, more, exit, says, change) => {
    change();
    const said = await b.pawl(`${fromHosts} ${more}`.trim());
    expect([said.exit, said.stderr.replaceAll(/\s+/g, ' ')]).toEqual([exit, expect.stringMatching(says)]);
    expect((await b.json('runs --db {db}')).document).toMatchObject({ runs: [] });
  });
});

test('a run that the database in use knows', async () => {
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before start`);
  for (const host of HOSTS) putOnHost(b.world, host, { fence });
  for (const line of [fromHosts, `${fromHosts} ${RUN}`])
    expect(await b.pawl(line)).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('E_RUN_EXISTS') as unknown,
    });
});

describe('a run whose own database is there, on this machine', () => {
  const beside = 'resume --from-hosts -i {inventory} --db other.db';
  const fencedBy = (claim: string): void => {
    for (const host of HOSTS)
      putOnHost(b.world, host, { fence: { ...fence, claim, owner: `anna@${hostname()}`, database: b.db } });
  };

  test('is not lost', async () => {
    await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before start`);
    const store = openStore(b.db);
    fencedBy(store.load(RUN)?.claim.claim ?? '');
    store.close();
    const { exit, stderr } = await b.pawl(beside);
    expect([exit, stderr.replaceAll(/\s+/g, ' ')]).toEqual([
      7,
      expect.stringContaining(`the database of ${RUN} is not lost: ${b.db} has it`),
    ]);
  });

  test('is, where that was put back to a copy from before a job that its hosts know', async () => {
    await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before convert`);
    const store = openStore(b.db);
    fencedBy(store.load(RUN)?.claim.claim ?? '');
    store.close();
    cpSync(b.db, join(b.folder, 'earlier.db'));
    await b.pawl('resume --db {db} --pause-before start');
    cpSync(join(b.folder, 'earlier.db'), b.db);
    expect(await b.fitting(beside)).toMatchObject({ exit: 5, document: { reason: { code: 'E_REBUILT' } } });
  });

  test('is, where that was put back to a copy from before the claim that its hosts know', async () => {
    await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before start`);
    fencedBy('a claim of later');
    expect(await b.fitting(beside)).toMatchObject({ exit: 5, document: { reason: { code: 'E_REBUILT' } } });
  });
});

test('a run that proves backups is not rebuilt, named or found: it is given up', async () => {
  const run = 'backup-check-20261124-1';
  putOnHost(b.world, 'etcd1', { fence: { ...fence, run } });
  for (const asked of [fromHosts, `${fromHosts} ${run}`]) {
    const { exit, stderr } = await b.pawl(asked);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(`${run} proves backups`)]);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`pawl unfence -i ${b.inventory} ${run} --reason WHY`);
  }
  expect(existsSync(b.db)).toBe(false);
});
