import { Readable } from 'node:stream';
import { children, type Children } from './toy/child';
import { ACCEPT, bench, CLUSTER, type Bench } from './toy/harness';

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
const cleanup = `cleanup ${RUN} --db {db}`;
const removed = (): readonly string[] => b.world.effects().filter((line) => line.startsWith('removed '));

test('without --remove it lists what was set aside, with sizes, and removes nothing', async () => {
  await b.pawl(run);
  const { exit, document } = await b.fitting(cleanup);
  expect({ exit, ...document }).toMatchObject({
    exit: 0,
    outcome: 'listed',
    changed: true,
    names: ['original', 'backup'],
    leftovers: [
      { name: 'original', host: 'etcd1', bytes: 3_145_728, onlyV2: false },
      { name: 'backup', path: `/toy/${RUN}/backup` },
    ],
  });
  const { stdout } = await b.pawl(cleanup);
  for (const text of [`Set aside by ${RUN}, 6.0 MiB in all`, 'original', '/toy/', "can't be rolled back"])
    expect(stdout.replace(/\s+/g, ' ')).toContain(text);
  expect(removed()).toEqual([]);
  expect((await b.json(`status ${RUN} --db {db}`)).document['outcome']).toBe('completed');
});

test('with --remove it removes by name, says what, and the run is closed: there is no way back any more', async () => {
  await b.pawl(run);
  const { exit, document } = await b.fitting(`${cleanup} --remove backup --reason old --yes`);
  expect({ exit, ...document }).toMatchObject({
    exit: 0,
    outcome: 'closed',
    next: null,
    otherwise: null,
    conclusion: [`removed backup on etcd1: /toy/${RUN}/backup (3.0 MiB)`],
  });
  expect(removed()).toEqual(['removed backup']);
  expect((await b.fitting(`status ${RUN} --db {db}`)).document).toMatchObject({
    outcome: 'closed',
    next: null,
  });
  // Only by a backup, which is another run, and loses what was written since.
  expect(await b.json(`rollback ${RUN} --db {db} --yes`)).toMatchObject({
    exit: 3,
    document: { outcome: 'refused', reason: { code: 'E_DATA_LOSS' } },
  });
  expect((await b.fitting(cleanup)).document['names']).toEqual(['original']);
});

test('the only copy is refused: exit 3, nothing is removed', async () => {
  await b.pawl(run);
  expect(await b.fitting(`${cleanup} --remove all --yes`)).toMatchObject({
    exit: 3,
    document: { error: { code: 'E_ONLY_COPY' } },
  });
  expect(removed()).toEqual([]);
  expect((await b.json(`status ${RUN} --db {db}`)).document['outcome']).toBe('completed');
});

test.each([
  ['nobody can be asked', '', false, 'E_NOT_CONSENTED'],
  ['a wrong name is typed', 'yes\n', true, 'E_WRONG_NAME'],
])('where %s: exit 3, nothing is removed', async (_, typed, tty, code) => {
  await b.pawl(run);
  const said = await b.fitting(`${cleanup} --remove backup`, {
    isTTY: { stdin: tty, stdout: tty, stderr: tty },
    stdin: Readable.from([typed]),
  });
  expect(said).toMatchObject({ exit: 3, document: { error: { code } } });
  expect(removed()).toEqual([]);
});

test('on a terminal what goes is shown, that the way back ends, and the name is typed', async () => {
  await b.pawl(run);
  const { exit, stderr } = await b.pawl(`${cleanup} --remove backup`, {
    isTTY: { stdin: true, stdout: true, stderr: true },
    stdin: Readable.from([`${CLUSTER}\n`]),
    env: { NO_COLOR: '1' },
  });
  expect(exit).toBe(0);
  for (const text of [`To be removed of ${RUN}`, `${RUN} can't be rolled back any more`, 'cleanup 1/1 tidy'])
    expect(stderr).toContain(text);
});

test('a run that still needs it: exit 3; one that was rolled back is cleaned up as well', async () => {
  await b.pawl(`${run} --pause-before start`);
  for (const line of [cleanup, `${cleanup} --remove backup --yes`])
    expect(await b.fitting(line)).toMatchObject({ exit: 3, document: { error: { code: 'E_NOT_ENDED' } } });
  await b.pawl('rollback --db {db} --yes');
  expect(await b.fitting(`${cleanup} --remove backup,original --yes`)).toMatchObject({ exit: 3 });
  expect(await b.fitting(`${cleanup} --remove backup --yes`)).toMatchObject({
    exit: 0,
    document: { outcome: 'closed' },
  });
});

test('killed while it removes, the run is told as being cleaned up; resume brings that to its end', async () => {
  await b.pawl(run, { now: () => new Date() });
  const { document } = await b.json(`status --db {db}`);
  b.world.hold('tidy/remove');
  const name = String(document['run']);
  const owner = kids.start(b, 'cleanup', name, '--db', b.db, '--remove', 'backup', '--yes', '--verbose');
  await owner.until('begins  tidy/remove on etcd1');
  owner.process.kill('SIGKILL');
  await owner.ended;
  expect((await b.fitting(`status ${name} --db {db}`)).document).toMatchObject({
    outcome: 'crashed',
    direction: 'cleanup',
    otherwise: null,
  });
  expect((await b.pawl(`status ${name} --db {db}`)).stdout).toContain('being cleaned up, at tidy/remove');
  b.world.release('tidy/remove');
  expect(await b.json(`resume ${name} --db {db}`)).toMatchObject({
    exit: 0,
    document: { outcome: 'closed' },
  });
  expect(removed()).toEqual(['removed backup']);
});
