import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ClosedRun, Fence } from '@pawl/hosts';
import { openStore } from '@pawl/store';
import type { Io } from 'pawl';
import { putOnHost } from './toy/fences';
import { ACCEPT, bench, CLUSTER, INVENTORY, type Bench } from './toy/harness';

let b: Bench;
beforeEach(() => (b = bench()));
afterEach(() => b.clear());

const RUN = 'toy-20261124-1';
const LOSE = `--accept-data-loss ${CLUSTER}`;
const run = `run -i {inventory} --db {db} ${ACCEPT}`;
const rollback = `rollback ${RUN} --db {db}`;
const FROM = `etcd1:/toy/${RUN}/backup`;
const commands = (): { readonly next: string; readonly otherwise: string } => ({
  next: `pawl plan --rollback --from ${FROM} -i ${b.inventory} --db ${b.db}`,
  otherwise: `pawl rollback --from ${FROM} -i ${b.inventory} ${LOSE} --db ${b.db}`,
});
const after = (before: readonly string[]): readonly string[] => b.world.effects().slice(before.length);

const cleanedUp = async (): Promise<readonly string[]> => {
  await b.pawl(run);
  await b.pawl(`cleanup ${RUN} --remove original --db {db} --yes`);
  b.world.spoil('original-of/etcd1', 'blocked');
  return b.world.effects();
};

test('a run that was cleaned up: what is gone and where, the backup, the cost; without consent exit 3, nothing is done', async () => {
  const before = await cleanedUp();
  expect(await b.fitting(`${rollback} --yes`)).toMatchObject({
    exit: 3,
    document: {
      outcome: 'refused',
      run: RUN,
      changed: true,
      reason: {
        code: 'E_DATA_LOSS',
        facts: { from: FROM, gone: [{ host: 'etcd1', path: `/toy/${RUN}/original` }], keys: 12 },
      },
      ...commands(),
    },
  });
  const { stdout, stderr } = await b.pawl(rollback);
  for (const text of [
    `${RUN} can't be taken back to where it started: it was cleaned up.`,
    `  etcd1: /toy/${RUN}/original is not there any more`,
    `A restore takes its place, from the backup ${FROM}.`,
    '12 keys were written to v3 in 17 days',
  ])
    expect(stderr).toContain(text);
  expect(stdout).toContain(`  Or: ${commands().otherwise}\n`);
  expect(after(before)).toEqual([]);
  expect((await b.json('runs --db {db}')).document['runs']).toHaveLength(1);
});

test.each([
  ['by flag', LOSE, ''],
  ['typed', '', `${CLUSTER}\n`],
])('with the name %s the restore is a run of its own: exit 0', async (_, flag, typed) => {
  const before = await cleanedUp();
  const said = await b.fitting(`${rollback} ${flag}`.trim(), {
    isTTY: { stdin: true, stdout: true, stderr: true },
    stdin: Readable.from([typed]),
  });
  expect(said).toMatchObject({ exit: 0, document: { outcome: 'completed', run: 'restore-20261124-1' } });
  expect(after(before)).toEqual(['put etcd1', 'start-on-backup master1']);
});

test('the command in otherwise does it', async () => {
  const before = await cleanedUp();
  const { otherwise } = commands();
  expect(await b.pawl(otherwise.replace(/^pawl /, ''))).toMatchObject({ exit: 0 });
  expect(after(before)).toHaveLength(2);
});

test('a completed run whose originals are gone is offered the restore; one that has them all goes back as ever', async () => {
  await b.pawl(run);
  b.world.spoil('original-of/etcd2', 'blocked');
  const before = b.world.effects();
  expect(await b.fitting(`${rollback} --yes`)).toMatchObject({
    exit: 3,
    document: {
      reason: { code: 'E_DATA_LOSS', facts: { gone: [{ host: 'etcd2' }] } },
      ...commands(),
    },
  });
  expect(after(before)).toEqual([]);
  b.world.mend('original-of/etcd2');
  expect(await b.fitting(`${rollback} --yes`)).toMatchObject({
    exit: 0,
    document: { outcome: 'rolled-back' },
  });
});

test('a host that is dead is not asked, and its backup not taken', async () => {
  await cleanedUp();
  const { document } = await b.fitting(`${rollback} --host-dead etcd1 --reason burnt`);
  expect(document).toMatchObject({
    reason: { facts: { gone: [], from: `etcd2:/toy/${RUN}/backup` } },
    otherwise: expect.stringContaining(`--from etcd2:/toy/${RUN}/backup --host-dead etcd1 --reason burnt`),
  });
});

test('where nobody can say what is gone, that is told, and the run goes back as ever', async () => {
  await b.pawl(`${run} --pause-before start`);
  b.world.spoil('look-for-originals', 'blocked');
  const { exit, stderr } = await b.pawl(`${rollback} --yes`);
  expect(exit).toBe(0);
  expect(stderr).toContain(
    'Whether it is all there could not be seen: etcd1 does not answer (E_UNREACHABLE)',
  );
});

test('of a run that is over, no restore is offered where a host can’t be asked; exit 3', async () => {
  const before = await cleanedUp();
  b.world.spoil('look-for-originals', 'blocked');
  const { exit, stderr } = await b.pawl(`${rollback} ${LOSE}`);
  expect(exit).toBe(3);
  expect(stderr).toContain(`No restore is offered: a host that can't be asked may know that ${RUN}`);
  expect(stderr).toContain('E_UNREACHABLE');
  expect(after(before)).toEqual([]);
  expect((await b.json('runs --db {db}')).document['runs']).toHaveLength(1);
});

test('said once more, nothing is restored again: already rolled back, exit 0', async () => {
  await cleanedUp();
  await b.pawl(`${rollback} ${LOSE}`);
  const before = b.world.effects();
  expect(await b.fitting(`${rollback} ${LOSE}`)).toMatchObject({
    exit: 0,
    document: {
      outcome: 'already-rolled-back',
      run: RUN,
      conclusion: [`restore-20261124-1 has restored the backup ${FROM} since.`, expect.any(String)],
      next: `pawl check -i ${b.inventory} --db ${b.db}`,
    },
  });
  expect(after(before)).toEqual([]);
  // Taken back itself, it has taken back nothing.
  await b.pawl('rollback restore-20261124-1 --db {db} --yes');
  expect(await b.fitting(rollback)).toMatchObject({ exit: 3, document: { outcome: 'refused' } });
});

test.each([`/toy/${RUN}`, `/toy/${RUN}/original`])(
  'a restore from %s has taken it back, too; one from elsewhere has not',
  async (path) => {
    await cleanedUp();
    const restore = (from: string): Promise<unknown> =>
      b.pawl(`rollback --from etcd1:${from} -i {inventory} ${LOSE} --db {db}`);
    await restore(`/toy/${RUN}0/backup`);
    expect(await b.fitting(rollback)).toMatchObject({ exit: 3, document: { outcome: 'refused' } });
    await restore(path);
    const before = b.world.effects();
    expect(await b.fitting(`${rollback} ${LOSE}`)).toMatchObject({
      exit: 0,
      document: { outcome: 'already-rolled-back' },
    });
    expect(after(before)).toEqual([]);
  },
);

describe('a run that is not over', () => {
  beforeEach(async () => {
    await b.pawl(`${run} --pause-before start`);
    b.world.spoil('original-of/etcd1', 'blocked');
  });

  test('holds its hosts: exit 3, nothing is done; it has to be given up first', async () => {
    const before = b.world.effects();
    expect(await b.fitting(`${rollback} --yes ${LOSE}`)).toMatchObject({
      exit: 3,
      document: {
        outcome: 'refused',
        run: RUN,
        reason: { code: 'E_ORIGINALS_GONE', facts: { from: { host: 'etcd1' } } },
        next: `pawl status ${RUN} --db ${b.db}`,
        otherwise: `pawl unfence ${RUN} -i ${b.inventory} --reason 'what it set aside is gone' --db ${b.db}`,
      },
    });
    expect(after(before)).toEqual([]);
    expect((await b.json('status --db {db}')).document['outcome']).toBe('paused');
  });

  test('without a backup, one of another origin is named, and that the run is given up first', async () => {
    await b.pawl(`unfence ${RUN} -i {inventory} --db {db} --yes --reason again`);
    await b.pawl(`${run} --pause-before convert`);
    expect(await b.fitting('rollback toy-20261124-2 --db {db} --yes')).toMatchObject({
      exit: 3,
      document: {
        reason: {
          code: 'E_ORIGINALS_GONE',
          hint: expect.stringMatching(
            /give toy-20261124-2 up, release .*rollback --from HOST:DIR/,
          ) as unknown,
        },
        otherwise: expect.stringContaining('pawl unfence toy-20261124-2') as unknown,
      },
    });
  });

  test('given up, it is offered the restore', async () => {
    await b.pawl(`unfence ${RUN} -i {inventory} --db {db} --yes --reason gone`);
    expect((await b.json(`status ${RUN} --db {db}`)).document['outcome']).toBe('abandoned');
    expect(await b.fitting(`${rollback} ${LOSE}`)).toMatchObject({
      exit: 0,
      document: { outcome: 'completed', run: 'restore-20261124-1' },
    });
  });
});

describe('a restore, what stood there before it being gone', () => {
  const RESTORE = 'restore-20261124-1';
  const restore = `rollback --from ${FROM} -i {inventory} ${LOSE} --db {db}`;
  const gone = [{ host: 'etcd1', path: `/toy/${RESTORE}/original` }];
  const refused = async (otherwise: string | null, hint: RegExp): Promise<void> => {
    const before = b.world.effects();
    expect(await b.fitting(`rollback ${RESTORE} --db {db} --yes ${LOSE}`)).toMatchObject({
      exit: 3,
      document: {
        outcome: 'refused',
        run: RESTORE,
        reason: {
          code: 'E_ORIGINALS_GONE',
          hint: expect.stringMatching(hint) as unknown,
          facts: { gone, from: null },
        },
        ...{ next: `pawl status ${RESTORE} --db ${b.db}`, otherwise },
      },
    });
    expect(after(before)).toEqual([]);
  };

  test('completed: exit 3, nothing is stopped; there is nothing to be taken back to', async () => {
    await b.pawl(restore);
    b.world.spoil('replaced-on/etcd1', 'blocked');
    await refused(null, /Put it back where it was.*the cluster stays as it is/);
    b.world.mend('replaced-on/etcd1');
    expect(await b.pawl(`rollback ${RESTORE} --db {db} --yes`)).toMatchObject({ exit: 0 });
  });

  test('paused: exit 3; it is given up by name, or what is gone is put back', async () => {
    await b.pawl(`${restore} --pause-before start`);
    b.world.spoil('replaced-on/etcd1', 'blocked');
    await refused(
      `pawl unfence ${RESTORE} -i ${b.inventory} --reason 'what it set aside is gone' --db ${b.db}`,
      /or give restore-20261124-1 up, release .*rollback --from HOST:DIR/,
    );
  });

  test('on a host that is dead nothing is missed', async () => {
    await b.pawl(`${restore} --pause-before start`);
    b.world.spoil('replaced-on/etcd1', 'blocked');
    const { stderr } = await b.pawl(`rollback ${RESTORE} --db {db} --yes --host-dead etcd1 --reason burnt`);
    expect(stderr).not.toContain('E_ORIGINALS_GONE');
  });
});

test('a run that was given up before it had a backup has no way back, as ever', async () => {
  await b.pawl(`${run} --pause-before stop`);
  await b.pawl(`unfence ${RUN} -i {inventory} --db {db} --yes --reason gone`);
  expect(await b.fitting(`${rollback} --yes`)).toMatchObject({
    exit: 3,
    document: { error: { code: 'E_NO_WAY_BACK' } },
  });
});

describe('another run has changed the data since, and stands: exit 3, nothing is done', () => {
  const at = (minute: number): Partial<Io> => ({ now: () => new Date(`2026-11-24T10:${minute}:00Z`) });
  const foreign = `rollback --from etcd1:/srv/copied-backup -i {inventory} ${LOSE} --db {db}`;
  const refused = async (taken: string, later: string, hint: RegExp): Promise<void> => {
    const before = b.world.effects();
    expect(await b.fitting(`rollback ${taken} --db {db} --yes ${LOSE}`, at(50))).toMatchObject({
      exit: 3,
      document: {
        error: {
          code: 'E_ENDED',
          message: expect.stringContaining(`${later} has changed the data`) as unknown,
          hint: expect.stringMatching(hint) as unknown,
        },
      },
    });
    expect(after(before)).toEqual([]);
  };
  beforeEach(async () => {
    await b.pawl(run);
  });

  test('a migration, after a restore from elsewhere', async () => {
    await b.pawl(foreign, at(10));
    await refused(RUN, 'restore-20261124-1', /pawl rollback restore-20261124-1.*rollback --from HOST:DIR/);
    // Taken back, it stands no more; nor does it once it is cleaned up after that.
    await b.pawl('rollback restore-20261124-1 --db {db} --yes', at(11));
    expect(await b.pawl(`${rollback} --yes`, at(50))).toMatchObject({ exit: 0 });
  });

  test('a restore, after the cluster was migrated again; on other hosts of that name nothing has', async () => {
    await b.pawl(foreign, at(10));
    const away = join(b.folder, 'other.ini');
    writeFileSync(away, INVENTORY.replaceAll('198.18.0.', '198.18.1.'));
    await b.pawl(foreign.replace('{inventory}', away), at(20));
    expect((await b.json('status restore-20261124-2 --db {db}')).document['outcome']).toBe('completed');
    const back = 'rollback restore-20261124-1 --db {db} --yes';
    expect((await b.fitting(`${back} --host-dead nobody --reason why`, at(21))).document).not.toMatchObject({
      error: { code: 'E_ENDED' },
    });
    b.world.effect('restart master1');
    expect(await b.pawl(run, at(30))).toMatchObject({ exit: 0 });
    await refused('restore-20261124-1', 'toy-20261124-2', /pawl rollback toy-20261124-2/);
  });

  test.each([
    ['toy-20261130-1', 'run'],
    ['restore-20261130-1', 'restore'],
    ['a-name-of-their-own', 'run'],
  ])('one that only the hosts know: %s', async (later, kind) => {
    const closed = (name: string, minute: number): ClosedRun => ({
      ...{ run: name, outcome: 'completed', claim: 'of another', owner: 'anna@desk7' },
      at: `2026-11-24T11:${minute}:00Z`,
    });
    const store = openStore(b.db);
    const own = { ...closed(RUN, 20), claim: store.load(RUN)?.claim.claim ?? '' };
    store.close();
    putOnHost(b.world, 'etcd1', { closed: [own, closed(later, 40)] });
    expect(await b.fitting(`${rollback} --yes ${LOSE}`)).toMatchObject({
      exit: 3,
      document: {
        error: { code: 'E_ENDED', message: expect.stringContaining(`the ${kind} ${later}`) as unknown },
      },
    });
    const proof = closed('backup-check-20261130-1', 50);
    putOnHost(b.world, 'etcd1', { closed: [closed(later, 10), own, proof] });
    expect(await b.pawl(`${rollback} --yes`)).toMatchObject({ exit: 0 });
  });
});

describe('a database that was put back to an earlier copy: its hosts know more, and nothing is offered or done', () => {
  const at = '2026-11-24T11:00:00Z';
  const end: ClosedRun = { run: RUN, outcome: 'rolled-back', claim: 'of later', owner: 'anna@desk7', at };
  const fence: Fence = {
    ...{ run: RUN, claim: 'of later', owner: 'anna@desk7', database: '/home/anna/pawl.db', since: at },
    phase: 'originals-back',
  };
  const claimHere = (): string => {
    const store = openStore(b.db);
    const { claim } = store.load(RUN)?.claim ?? { claim: '' };
    store.close();
    return claim;
  };
  const copy = (): string => join(b.folder, 'copy.db');
  const keepCopy = (): void => cpSync(b.db, copy());
  /** Jobs of after the copy are on the hosts; the originals are where they came from. */
  const putBack = (): void => {
    cpSync(copy(), b.db);
    for (const host of ['etcd1', 'etcd2']) b.world.spoil(`original-of/${host}`, 'blocked');
  };
  const refused = async (exit: number, code: string, hint: RegExp): Promise<void> => {
    const before = b.world.effects();
    const claim = claimHere();
    expect(await b.fitting(`${rollback} --yes ${LOSE}`)).toMatchObject({
      exit,
      document: { error: { code, hint: expect.stringMatching(hint) as unknown } },
    });
    expect(after(before)).toEqual([]);
    expect((await b.json('runs --db {db}')).document['runs']).toHaveLength(1);
    expect(claimHere()).toBe(claim);
  };

  beforeEach(async () => {
    await b.pawl(`${run} --pause-before start`);
  });

  test('unfinished, and taken back since under another claim', async () => {
    keepCopy();
    putBack();
    putOnHost(b.world, 'etcd2', { closed: [end] });
    await refused(7, 'E_FENCED', /newer is left, .*pawl unfence -i INVENTORY toy-20261124-1 --reason WHY/);
  });

  test('unfinished, and on its way back elsewhere: the fences stay', async () => {
    keepCopy();
    putBack();
    putOnHost(b.world, 'etcd1', { fence });
    await refused(7, 'E_FENCED', /Go on where that claim is/);
  });

  test('unfinished, and taken back since: by the jobs of the way back alone', async () => {
    keepCopy();
    await b.pawl(`${rollback} --yes`);
    putBack();
    await refused(5, 'E_JOBS_UNKNOWN', /Find the newer one/);
  });

  test('completed, and the same command said once more after the way back', async () => {
    await b.pawl('resume --db {db}');
    keepCopy();
    expect((await b.pawl(`${rollback} ${LOSE}`)).exit).toBe(0);
    putBack();
    putOnHost(b.world, 'etcd1', { closed: [{ ...end, outcome: 'completed', claim: claimHere() }] });
    await refused(5, 'E_JOBS_UNKNOWN', /Find the newer one/);
    putOnHost(b.world, 'etcd1', { closed: [end] });
    await refused(7, 'E_FENCED', /pawl unfence/);
  });

  test('given up in the copy alone: v2 is in use again, and no backup goes over it', async () => {
    keepCopy();
    putBack();
    putOnHost(b.world, 'etcd1', { closed: [end] });
    await b.pawl(`unfence ${RUN} -i {inventory} --db {db} --yes --reason lost`);
    await refused(3, 'E_ENDED', /nothing left to take back.*pawl check -i/);
    // What one host says counts, though another has stopped answering.
    b.world.spoil('jobs-on/etcd2', 'blocked');
    await refused(3, 'E_ENDED', /nothing left to take back/);
  });

  test('cleaned up, and a backup restored since', async () => {
    await b.pawl('resume --db {db}');
    await b.pawl(`cleanup ${RUN} --remove original --db {db} --yes`);
    keepCopy();
    putBack();
    const own = { ...end, outcome: 'completed', claim: claimHere() };
    const restored = { ...own, run: 'restore-20261124-1', claim: 'another' };
    const before = { ...restored, at: '2026-11-24T10:59:59Z' };
    putOnHost(b.world, 'etcd1', { closed: [own, { ...restored, at: '2026-11-24T11:30:00Z' }] });
    await refused(3, 'E_ENDED', /a backup was restored there since/);
    putOnHost(b.world, 'etcd1', { closed: [own, before] });
    expect(await b.fitting(rollback)).toMatchObject({ document: { reason: { code: 'E_DATA_LOSS' } } });
  });

  test('given up here and there alike, it is offered the restore all the same', async () => {
    keepCopy();
    await b.pawl(`${rollback} --yes`);
    putBack();
    for (const host of ['etcd1', 'etcd2', 'master1']) putOnHost(b.world, host, { fence });
    await b.pawl(`unfence ${RUN} -i {inventory} --db {db} --yes --reason lost`);
    expect(await b.fitting(rollback)).toMatchObject({ document: { reason: { code: 'E_DATA_LOSS' } } });
  });
});
