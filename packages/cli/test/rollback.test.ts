import { Readable } from 'node:stream';
import { children, type Child, type Children } from './toy/child';
import { ACCEPT, bench, CLUSTER, type Bench } from './toy/harness';
import { CANARY } from './toy/machine';
import { toyParts } from './toy/parts';

jest.setTimeout(60_000);

let b: Bench;
let kids: Children;
beforeEach(() => {
  b = bench();
  kids = children();
});
afterEach(() => {
  kids.clear();
  b.clear();
});

const RUN = 'toy-20261124-1';
const run = `run -i {inventory} --db {db} ${ACCEPT}`;
const rollback = 'rollback --db {db} --yes';
const back = ['put-aside etcd1', 'restart master1'];
const times = (line: string): number => b.world.effects().filter((effect) => effect === line).length;

describe('from a run that rests', () => {
  test.each([
    ['look', []],
    ['stop', ['restart master1']],
    ['convert', back],
    ['start', back],
  ])(
    'before %s: what that phase enters at and all after it; the end says so, exit 0',
    async (phase, effects) => {
      await b.pawl(`${run} --pause-before ${phase}`);
      const before = b.world.effects();
      const { exit, document } = await b.fitting(`${rollback} --reason enough`);
      expect({ exit, ...document }).toMatchObject({
        exit: 0,
        outcome: 'rolled-back',
        run: RUN,
        next: `pawl check -i ${b.inventory} --db ${b.db}`,
        otherwise: null,
        conclusion: ['2 etcd hosts are as they were'],
      });
      expect(b.world.effects().slice(before.length)).toEqual(effects);
      const rows = (await b.json(`journal ${RUN} --db {db}`)).document['rows'];
      expect(rows).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            kind: 'rollback',
            data: expect.objectContaining({ asked: true, reason: 'enough' }),
          }),
        ]),
      );
    },
  );

  test('a paused run names both ways', async () => {
    await b.pawl(`${run} --pause-before start`);
    const both = {
      next: `pawl resume ${RUN} --db ${b.db}`,
      otherwise: `pawl rollback ${RUN} --db ${b.db}`,
    };
    expect((await b.fitting('status --db {db}')).document).toMatchObject(both);
    expect((await b.pawl('status --db {db}')).stdout).toContain(`  Or: ${both.otherwise}\n`);
  });

  test('again: already rolled back, exit 0, nothing is done; a new run may be made', async () => {
    await b.pawl(`${run} --pause-before start`);
    await b.pawl(rollback);
    const before = b.world.effects();
    expect(await b.fitting(`rollback ${RUN} --db {db}`)).toMatchObject({
      exit: 0,
      document: {
        outcome: 'already-rolled-back',
        changed: true,
        conclusion: ['2 etcd hosts are as they were'],
        next: `pawl check -i ${b.inventory} --db ${b.db}`,
      },
    });
    expect(await b.fitting(rollback)).toMatchObject({
      exit: 0,
      document: { outcome: 'already-rolled-back', run: RUN },
    });
    expect(b.world.effects()).toEqual(before);
    expect(await b.json(run)).toMatchObject({ exit: 0, document: { run: 'toy-20261124-2' } });
    // A completed run is only taken back by its name.
    expect(await b.json(rollback)).toMatchObject({ exit: 2, document: { error: { code: 'E_NO_RUN' } } });
  });

  test('one that pauses half-way says that it is on its way back, and resume goes on with that: exit 0', async () => {
    await b.pawl(`${run} --pause-before start`);
    b.world.spoil('start-again/restart', 'blocked');
    expect(await b.fitting(rollback)).toMatchObject({
      exit: 4,
      document: {
        outcome: 'paused',
        phase: 'start-again',
        next: `pawl resume ${RUN} --db ${b.db}`,
        otherwise: null,
      },
    });
    expect((await b.fitting('status --db {db}')).document).toMatchObject({ direction: 'rollback' });
    expect((await b.pawl('status --db {db}')).stdout).toContain('on its way back, at start-again/restart');
    b.world.mend('start-again/restart');
    expect(await b.fitting('resume --db {db}')).toMatchObject({
      exit: 0,
      document: { outcome: 'rolled-back' },
    });
    expect([times('put-aside etcd1'), times('restart master1')]).toEqual([1, 1]);
  });
});

describe('asks first', () => {
  const terminal = { stdin: true, stdout: true, stderr: true };

  test.each([
    ['nobody can be asked', '', false, 'E_NOT_CONSENTED'],
    ['nothing is typed', '', true, 'E_NOT_CONSENTED'],
    ['yes is typed', 'yes\n', true, 'E_WRONG_NAME'],
  ])('where %s: exit 3, nothing is done', async (_, typed, tty, code) => {
    await b.pawl(`${run} --pause-before start`);
    const before = b.world.effects();
    const said = await b.fitting('rollback --db {db}', {
      isTTY: { ...terminal, stdin: tty },
      stdin: Readable.from([typed]),
    });
    expect(said).toMatchObject({ exit: 3, document: { error: { code } } });
    expect(b.world.effects()).toEqual(before);
    expect((await b.json('status --db {db}')).document['outcome']).toBe('paused');
  });

  test('the plan is shown, then the name is typed', async () => {
    await b.pawl(`${run} --pause-before start`);
    const { exit, stderr } = await b.pawl('rollback --db {db}', {
      isTTY: terminal,
      stdin: Readable.from([`${CLUSTER}\n`]),
      env: { NO_COLOR: '1' },
    });
    expect(exit).toBe(0);
    const inOrder = [
      `The way back of ${RUN}`,
      'Back 1 of 2  put-back',
      "echo 'put-aside etcd1'",
      'Back 2 of 2  start-again',
      `Type ${CLUSTER} to go ahead:`,
      'way back 1/2 put-back',
      'way back 2/2 start-again',
    ];
    const at = inOrder.map((text) => stderr.indexOf(text));
    expect(at).not.toContain(-1);
    expect(at).toEqual([...at].sort((x, y) => x - y));
  });
});

describe('past the point of no return', () => {
  test('with proof that nothing is lost it is free', async () => {
    await b.pawl(run);
    expect(await b.fitting(`rollback ${RUN} --db {db} --yes`)).toMatchObject({
      exit: 0,
      document: { outcome: 'rolled-back' },
    });
    expect(b.world.effects().slice(-2)).toEqual(back);
  });

  test('otherwise exit 3 shows what is lost and names the command; --yes alone never passes; by name it goes ahead', async () => {
    await b.pawl(run);
    for (let n = 0; n < 30; n += 1) b.world.effect(`written /k${n}`);
    const before = b.world.effects();
    const refused = await b.fitting(`rollback ${RUN} --db {db} --yes --reason really`);
    expect(refused).toMatchObject({
      exit: 3,
      document: {
        outcome: 'refused',
        run: RUN,
        reason: { code: 'E_DATA_LOSS', facts: { writtenKeys: expect.arrayContaining(['/k0', '/k29']) } },
        otherwise: `pawl rollback ${RUN} --reason really --accept-data-loss ${CLUSTER} --db ${b.db}`,
      },
    });
    const { stdout, stderr } = await b.pawl(`rollback ${RUN} --db {db} --yes`);
    expect(stdout).toContain(`${RUN}  refused\n`);
    expect(stdout).toContain('30 keys would be lost');
    expect(stdout).toContain('/k0\n');
    expect(stdout).toContain('… 11 more');
    expect(stderr).toContain('The point of no return is behind');
    expect(`${stdout}${stderr}${JSON.stringify(refused)}`).not.toContain(CANARY);
    expect((await b.json(`status ${RUN} --db {db}`)).document['outcome']).toBe('completed');
    expect(await b.json(`rollback ${RUN} --db {db} --accept-data-loss other`)).toMatchObject({
      exit: 3,
      document: { error: { code: 'E_WRONG_NAME' } },
    });
    expect(b.world.effects()).toEqual(before);
    expect(await b.fitting(`rollback ${RUN} --db {db} --accept-data-loss ${CLUSTER}`)).toMatchObject({
      exit: 0,
      document: { outcome: 'rolled-back' },
    });
    expect(b.world.effects().slice(before.length)).toEqual(back);
  });

  test('what was accepted is asked for anew where it has grown while the way back stood still', async () => {
    await b.pawl(run);
    b.world.effect('written /k0');
    b.world.spoil('put-back/put-aside', 'blocked');
    const accepted = `rollback ${RUN} --db {db} --accept-data-loss ${CLUSTER}`;
    expect(await b.pawl(accepted)).toMatchObject({ exit: 4 });
    b.world.mend('put-back/put-aside');
    b.world.effect('written /k1');
    const before = b.world.effects();
    expect(await b.fitting(`resume ${RUN} --db {db}`)).toMatchObject({
      exit: 3,
      document: {
        outcome: 'refused',
        reason: {
          code: 'E_DATA_LOSS',
          message: '2 keys would be lost. When the way back began: 1 keys would be lost',
        },
        otherwise: `pawl rollback ${RUN} --accept-data-loss ${CLUSTER} --db ${b.db}`,
      },
    });
    expect(b.world.effects()).toEqual(before);
    expect(await b.pawl(accepted)).toMatchObject({ exit: 0 });
    expect(b.world.effects().slice(before.length)).toEqual(back);
  });
});

describe('hosts that will not come back', () => {
  test('want a reason', async () => {
    await b.pawl(`${run} --pause-before start`);
    expect(await b.fitting(`${rollback} --host-dead etcd1`)).toMatchObject({
      exit: 2,
      document: { error: { code: 'E_USAGE' } },
    });
  });

  test('are left behind, by name', async () => {
    await b.pawl(`${run} --pause-before start`);
    const before = b.world.effects();
    const { exit, stderr } = await b.pawl(`${rollback} --host-dead etcd1 --reason burnt`);
    expect(exit).toBe(0);
    expect(stderr).toContain('etcd1 will not come back. etcd1 stays as it is\n');
    const answer = await b.fitting(`${rollback} ${RUN}`);
    expect(answer.document['conclusion']).toEqual(['2 etcd hosts are as they were', 'etcd1 stays as it is']);
    expect(b.world.effects().slice(before.length)).toEqual(['restart master1']);
  });

  test('without a quorum of originals: exit 3, nothing is done', async () => {
    await b.pawl(`${run} --pause-before start`);
    const before = b.world.effects();
    expect(await b.fitting(`${rollback} --host-dead etcd1 --host-dead etcd2 --reason burnt`)).toMatchObject({
      exit: 3,
      document: { error: { code: 'E_NO_QUORUM' } },
    });
    expect(b.world.effects()).toEqual(before);
  });
});

test('a failure goes back by itself where that was chosen: exit 6, and 6 again where a resume ends it', async () => {
  b.world.spoil('convert/turn', 'blocked');
  b.world.spoil('start-again/restart', 'blocked');
  expect(await b.fitting(`${run} --on-failure rollback`)).toMatchObject({
    exit: 4,
    document: { outcome: 'paused', phase: 'start-again' },
  });
  b.world.mend('start-again/restart');
  expect(await b.fitting('resume --db {db}')).toMatchObject({
    exit: 6,
    document: { outcome: 'rolled-back', conclusion: ['2 etcd hosts are as they were'] },
  });
});

test('under another definition, which no resume takes, the way back is open: by the name of the phase', async () => {
  await b.pawl(`${run} --pause-before start`);
  const newer = toyParts(b.world, '2.0.0');
  expect(await b.pawl('resume --db {db}', {}, newer)).toMatchObject({ exit: 8 });
  const before = b.world.effects();
  expect(await b.pawl('plan --rollback --db {db}', {}, newer)).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('Back 1 of 2  put-back'),
  });
  expect(await b.pawl(rollback, {}, newer)).toMatchObject({ exit: 0 });
  expect(b.world.effects().slice(before.length)).toEqual(back);
});

test('a run in doubt can be taken back, too', async () => {
  b.world.spoil('convert/turn', 'doubt');
  await b.pawl(run);
  expect((await b.fitting('status --db {db}')).document).toMatchObject({
    outcome: 'in-doubt',
    otherwise: `pawl rollback ${RUN} --db ${b.db}`,
  });
  expect(await b.fitting(rollback)).toMatchObject({ exit: 0, document: { outcome: 'rolled-back' } });
  expect(b.world.effects()).not.toContain('turn');
});

test('a way back in doubt, asked for again, shows the doubt and its choices, and wants no confirmation', async () => {
  await b.pawl(`${run} --pause-before start`);
  b.world.spoil('put-back/put-aside', 'doubt');
  expect(await b.pawl(rollback)).toMatchObject({ exit: 5 });
  const before = b.world.effects();
  const { exit, document } = await b.json(`rollback ${RUN} --db {db}`);
  expect({ exit, ...document }).toMatchObject({
    exit: 5,
    outcome: 'in-doubt',
    reason: { code: 'E_TOY_DOUBT' },
    next: expect.stringContaining('--decide ask-again') as unknown,
  });
  expect(b.world.effects()).toEqual(before);
});

test('an outage that outlasts its bound goes back where that was chosen: exit 6', async () => {
  expect(await b.fitting(`${run} --max-outage 90s --on-failure rollback`)).toMatchObject({
    exit: 6,
    document: { outcome: 'rolled-back', next: `pawl check -i ${b.inventory} --db ${b.db}` },
  });
  expect(b.world.effects()).toEqual(['stop-units master1', ...back]);
});

test('an outage that outlasts its bound is a failure, before the point of no return', async () => {
  expect(await b.fitting(`${run} --max-outage 90s`)).toMatchObject({
    exit: 4,
    document: { outcome: 'paused', phase: 'convert', reason: { code: 'E_MAX_OUTAGE' } },
  });
  expect(await b.fitting('resume --db {db}')).toMatchObject({ exit: 0 });
});

describe('in processes of their own', () => {
  const running = (): Child =>
    kids.start(b, 'run', '-i', b.inventory, '--db', b.db, '--verbose', ...ACCEPT.split(' '));
  const goingBack = (): Child => kids.start(b, 'rollback', '--db', b.db, '--yes', '--verbose');

  test('a live owner is asked to pause first; what it had begun comes to its end', async () => {
    b.world.hold('convert/copy');
    const owner = running();
    await owner.until('begins  convert/copy on etcd1');
    const other = goingBack();
    await other.until(/asked .*, process \d+, to pause at its next safe point/);
    expect(b.world.effects()).toEqual(['stop-units master1']);
    b.world.release('convert/copy');
    expect(await owner.ended).toEqual({ exit: 4, signal: null });
    expect(await other.ended).toEqual({ exit: 0, signal: null });
    expect(b.world.effects()).toEqual(['stop-units master1', 'copy etcd1', ...back]);
  });

  test.each(['put-back/put-aside on etcd1', 'start-again/restart on master1'])(
    'killed at %s, it is told as crashed on its way back; resume brings it to its end, every effect once',
    async (place) => {
      await b.pawl(`${run} --pause-before start`, { now: () => new Date() });
      const step = place.split(' ')[0] ?? '';
      b.world.hold(step);
      const owner = goingBack();
      await owner.until(`begins  ${place}`);
      owner.process.kill('SIGKILL');
      expect(await owner.ended).toEqual({ exit: null, signal: 'SIGKILL' });
      expect((await b.json('status --db {db}')).document).toMatchObject({
        outcome: 'crashed',
        direction: 'rollback',
        next: expect.stringContaining('pawl resume'),
        otherwise: null,
      });
      b.world.release(step);
      expect(await b.json('resume --db {db}')).toMatchObject({
        exit: 0,
        document: { outcome: 'rolled-back' },
      });
      expect([times('put-aside etcd1'), times('restart master1'), times('turn')]).toEqual([1, 1, 1]);
    },
  );
});
