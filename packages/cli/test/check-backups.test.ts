import { ACCEPT, bench, type Bench } from './toy/harness';

let b: Bench;
beforeEach(() => (b = bench()));
afterEach(() => b.clear());

const MADE = 'toy-20261124-1';
const RUN = 'backup-check-20261124-1';
const check = `check --backups ${MADE} --db {db}`;
const migrated = async (): Promise<readonly string[]> => {
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT}`);
  return b.world.effects();
};

test('of a run: every backup is started once and compared; nobody is asked; exit 0', async () => {
  const before = await migrated();
  const { exit, document } = await b.fitting(check);
  expect({ exit, ...document }).toMatchObject({
    exit: 0,
    schema: 'pawl/check/1',
    outcome: 'ok',
    run: RUN,
    hosts: ['etcd1', 'etcd2'],
    findings: [
      { level: 'ok', host: 'etcd1', message: `/toy/${MADE}/backup restores` },
      { level: 'ok', host: 'etcd2' },
    ],
    next: null,
    reason: null,
  });
  expect(b.world.effects().slice(before.length)).toEqual(['scratch etcd1', 'scratch etcd2']);
  const { stdout, stderr } = await b.pawl(check);
  expect(stdout).toContain('Every backup restores, and compares equal.');
  expect(stderr.split('\n')).toContainEqual(
    expect.stringMatching(/^A copy of etcd1:\/toy\/\S+, etcd2:\/toy\/\S+ is started in a scratch directory/),
  );
});

test('one that does not restore: exit 3, with which; the run itself has come to its end', async () => {
  await migrated();
  b.world.spoil('backup-of/etcd2', 'blocked');
  expect(await b.fitting(check)).toMatchObject({
    exit: 3,
    document: {
      outcome: 'refused',
      run: RUN,
      findings: [{ level: 'ok' }, { level: 'refusal', host: 'etcd2', code: 'E_TOY_BACKUP' }],
      next: `pawl check --backups etcd1:/toy/${MADE}/backup --backups etcd2:/toy/${MADE}/backup -i ${b.inventory} --db ${b.db}`,
    },
  });
  expect((await b.pawl(check)).stdout).toContain('1 of them does not restore.');
  expect((await b.fitting(`status ${RUN} --db {db}`)).document).toMatchObject({
    outcome: 'completed',
    conclusion: [`etcd1: /toy/${MADE}/backup restores`, `etcd2: /toy/${MADE}/backup does not restore`],
  });
});

test.each([
  ['restore', 0, 'ok'],
  ['do not restore', 3, 'refusal'],
])('paused: exit 4, and a resume tells that they %s: exit %d', async (_, exit, level) => {
  await migrated();
  b.world.spoil('rehearse/compare', 'blocked');
  if (level === 'refusal') b.world.spoil('backup-of/etcd1', 'blocked');
  expect(await b.fitting(check)).toMatchObject({
    exit: 4,
    document: {
      outcome: 'paused',
      run: RUN,
      phase: 'rehearse',
      reason: { code: 'E_TOY_BLOCKED' },
      next: `pawl resume ${RUN} --db ${b.db}`,
      findings: [],
    },
  });
  b.world.mend('rehearse/compare');
  for (const outcome of ['completed', 'already-completed'])
    expect(await b.fitting(`resume ${RUN} --db {db}`)).toMatchObject({
      exit,
      document: {
        outcome,
        findings: [{ level, host: 'etcd1' }, { level: 'ok' }],
        conclusion: [expect.stringContaining('etcd1: '), expect.stringContaining('etcd2: ')],
      },
    });
});

test('paused, it can be taken back: what it made is removed', async () => {
  await migrated();
  b.world.spoil('rehearse/compare', 'blocked');
  await b.pawl(check);
  expect(await b.fitting('rollback --db {db} --yes')).toMatchObject({
    exit: 0,
    document: { outcome: 'rolled-back', run: RUN },
  });
});

test('a backup without a run, on the first etcd host', async () => {
  const { exit, document } = await b.fitting('check --backups /backup/etcd -i {inventory} --db {db}');
  expect({ exit, ...document }).toMatchObject({ exit: 0, outcome: 'ok', findings: [{ host: 'etcd1' }] });
  expect(b.world.effects()).toEqual(['scratch etcd1']);
});

test('what the hosts say no to is a check that is refused, and no run', async () => {
  await migrated();
  b.world.spoil('backup', 'refused');
  expect(await b.fitting(check)).toMatchObject({
    exit: 3,
    document: { outcome: 'refused', run: null, findings: [{ code: 'E_DISK' }] },
  });
  expect((await b.json('runs --db {db}')).document['runs']).toHaveLength(1);
});

test.each([
  ['no such run', 'okd-1', 2, 'E_NO_RUN'],
  ['a run and a directory', `${MADE} --backups /b`, 2, 'E_USAGE'],
  ['a run that is unfinished', MADE, 3, 'E_RUN_UNFINISHED'],
])('%s is refused', async (_, what, exit, code) => {
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before start`);
  expect(await b.fitting(`check --backups ${what} --db {db}`)).toMatchObject({
    exit,
    document: { error: { code } },
  });
});

test('a run that has made none is refused', async () => {
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before stop`);
  expect(await b.fitting(check)).toMatchObject({ exit: 3, document: { error: { code: 'E_NO_BACKUP' } } });
});

test('said between two rollbacks, it does not hide the one that was done', async () => {
  await migrated();
  await b.pawl(`rollback ${MADE} --db {db} --yes`);
  await b.pawl(check, { now: () => new Date('2026-11-25T10:00:00Z') });
  expect(await b.fitting('rollback --db {db}')).toMatchObject({
    exit: 0,
    document: { outcome: 'already-rolled-back', run: MADE },
  });
});
