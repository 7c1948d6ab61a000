import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { children, ENTRY, PLAIN, type Child, type Children } from './toy/child';
import { ACCEPT, bench, INVENTORY, type Bench } from './toy/harness';

/** In a process of its own: `signal` is sent to it, not to us. */
const RUN = /toy-\d{8}-1/;

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

const running = (): Child =>
  kids.start(b, 'run', '-i', b.inventory, '--db', b.db, '--verbose', ...ACCEPT.split(' '));
const status = async (): Promise<Record<string, unknown>> =>
  (await b.json('status --db {db}', { now: () => new Date() })).document;

test.each(['SIGINT', 'SIGTERM'] as const)(
  'one %s pauses at the next safe point and says which; resume goes on',
  async (signal) => {
    b.world.hold('convert/copy');
    const owner = running();
    await owner.until('begins  convert/copy on etcd1');
    owner.process.kill(signal);
    await owner.until(/pausing at the next safe point: when convert\/copy on etcd1 has ended/);
    expect(b.world.effects()).toEqual(['stop-units master1']);
    b.world.release('convert/copy');
    expect(await owner.ended).toEqual({ exit: 4, signal: null });
    // What was at work came to its end; the next step did not begin.
    expect(b.world.effects()).toEqual(['stop-units master1', 'copy etcd1']);
    expect(owner.said()).toMatch(/Next: pawl resume toy-/);
    expect(await b.pawl('resume --db {db}')).toMatchObject({ exit: 0 });
    expect(b.world.effects()).toEqual(['stop-units master1', 'copy etcd1', 'turn', 'start-units master1']);
  },
);

test('the second leaves at once: exit 4, the run is resumable, and it says so', async () => {
  b.world.hold('convert/copy');
  const owner = running();
  await owner.until('begins  convert/copy on etcd1');
  owner.process.kill('SIGINT');
  await owner.until('Once more to leave at once');
  owner.process.kill('SIGINT');
  expect(await owner.ended).toEqual({ exit: 4, signal: null });
  expect(owner.said()).toMatch(/leaving at once.*resumable/s);
  expect(await status()).toMatchObject({
    outcome: 'crashed',
    next: expect.stringMatching(/^pawl resume toy-/),
  });
  b.world.release('convert/copy');
  expect(await b.pawl('resume --db {db}')).toMatchObject({ exit: 0 });
  expect(b.world.effects()).toEqual(['stop-units master1', 'copy etcd1', 'turn', 'start-units master1']);
});

test('a lost terminal ends nothing: SIGHUP, and nobody reads what is written; status --follow shows it', async () => {
  b.world.hold('convert/copy');
  const owner = running();
  await owner.until('You may close this terminal');
  await owner.until('begins  convert/copy on etcd1');
  owner.process.stdout?.destroy();
  owner.process.stderr?.destroy();
  owner.process.kill('SIGHUP');
  const follower = kids.start(b, 'status', '--db', b.db, '--follow');
  await follower.until('3/4 convert  copy on etcd1');
  b.world.release('convert/copy');
  expect(await owner.ended).toEqual({ exit: 0, signal: null });
  expect(await follower.ended).toEqual({ exit: 0, signal: null });
  expect(follower.said()).toMatch(/done {4}start\/start-units on master1/);
  expect(follower.said()).toMatch(/completed/);
  expect(b.world.effects()).toHaveLength(4);
});

test('a terminal that is really gone (its pty closed, EIO on every write) ends nothing either', async () => {
  b.world.hold('convert/copy');
  const line = [
    process.execPath,
    ENTRY,
    b.world.folder,
    'run',
    '-i',
    b.inventory,
    '--db',
    b.db,
    '--verbose',
    ACCEPT,
  ];
  const terminal = kids.watch(
    spawn('script', ['-qc', `exec ${line.join(' ')}`, '/dev/null'], {
      env: PLAIN,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  await terminal.until('begins  convert/copy on etcd1');
  terminal.process.kill('SIGKILL');
  await terminal.ended;
  expect(await status()).toMatchObject({ outcome: 'running' });
  b.world.release('convert/copy');
  const follower = kids.start(b, 'status', '--db', b.db, '--follow');
  expect(await follower.ended).toEqual({ exit: 0, signal: null });
  expect(await status()).toMatchObject({ outcome: 'completed' });
});

test('while it runs: status says running, a second owner is refused with exit 7, pause is heeded', async () => {
  b.world.hold('convert/copy');
  const owner = running();
  await owner.until('begins  convert/copy on etcd1');
  expect(await status()).toMatchObject({
    outcome: 'running',
    next: expect.stringContaining('--follow'),
    openIntents: [{ step: 'convert/copy', target: 'etcd1' }],
  });
  expect(await b.json('resume --db {db}')).toMatchObject({
    exit: 7,
    document: { error: { code: 'E_OWNED' } },
  });
  expect(await b.json('pause --db {db}')).toMatchObject({
    exit: 0,
    document: { outcome: 'pause-requested' },
  });
  b.world.release('convert/copy');
  expect(await owner.ended).toEqual({ exit: 4, signal: null });
  expect(owner.said()).toMatch(RUN);
});

test('killed, it is told as crashed, and resume goes on from the last committed step', async () => {
  b.world.hold('convert/turn');
  const owner = running();
  await owner.until('begins  convert/turn on etcd1');
  owner.process.kill('SIGKILL');
  expect(await owner.ended).toEqual({ exit: null, signal: 'SIGKILL' });
  expect(await status()).toMatchObject({ outcome: 'crashed', phase: 'convert', step: 'turn', changed: true });
  b.world.release('convert/turn');
  expect(await b.pawl('resume --db {db}')).toMatchObject({ exit: 0 });
  expect(b.world.effects().filter((effect) => effect === 'turn')).toHaveLength(1);
});

test('a run is taken over by name; its old owner, when it wakes up, is refused at its next write: exit 7', async () => {
  b.world.hold('convert/copy');
  const owner = running();
  await owner.until('begins  convert/copy on etcd1');
  owner.process.kill('SIGSTOP');
  b.world.release('convert/copy');
  expect(await b.pawl('resume --db {db}')).toMatchObject({ exit: 7 });
  expect(await b.pawl('resume --take-over --db {db}')).toMatchObject({ exit: 0 });
  owner.process.kill('SIGCONT');
  expect(await owner.ended).toEqual({ exit: 7, signal: null });
  expect(await status()).toMatchObject({ outcome: 'completed' });
});

test('a reader that takes its time gets all of a large document', async () => {
  writeFileSync(b.inventory, INVENTORY.replace('etcd1 ansible_host=198.18.0.1', 'etcd[001:900]'));
  const line = ['plan', '-i', b.inventory, '--db', b.db, '--json', '--quiet'].join(' ');
  const piped = kids.watch(
    spawn('sh', ['-c', `${process.execPath} ${ENTRY} ${b.world.folder} ${line} | (sleep 1; cat)`], {
      env: PLAIN,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  await piped.ended;
  // More than a pipe holds.
  expect(piped.said().length).toBeGreaterThan(100_000);
  expect(JSON.parse(piped.said())).toMatchObject({ schema: 'pawl/plan/1' });
});
