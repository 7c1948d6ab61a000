import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { children, type Children } from './toy/child';
import { ACCEPT, bench, INVENTORY, type Bench } from './toy/harness';

jest.setTimeout(60_000);

/** Two clusters whose hosts have the same names, and one database. */
let one: Bench;
let two: Bench;
let kids: Children;
beforeEach(() => {
  [one, two] = [bench(), bench()];
  writeFileSync(
    two.inventory,
    INVENTORY.replaceAll('198.18.', '198.19.').replaceAll('openshift.', 'second.'),
  );
  kids = children();
});
afterEach(() => {
  kids.clear();
  for (const each of [one, two]) each.clear();
});

const SECOND = ACCEPT.replace('openshift.', 'second.');
const WHOLE = ['stop-units master1', 'copy etcd1', 'turn', 'start-units master1'];
const statesOf = async (): Promise<readonly unknown[]> => {
  const { runs } = (await one.json('runs --db {db}', { now: () => new Date() })).document;
  return (runs as readonly { readonly state: unknown }[]).map(({ state }) => state).toSorted();
};
const verified = async (b: Bench, run: string): Promise<number> =>
  (await b.pawl(`journal ${run} --db ${one.db} --verify`)).exit;

test('in one process, one told to pause: the other goes to its end', async () => {
  const signals = new EventEmitter();
  for (const { world } of [one, two]) world.hold('convert/copy');
  const first = one.pawl(`run -i {inventory} --db {db} ${ACCEPT}`, { signalSource: signals });
  await until(() => one.world.effects().length === 1);
  const second = two.pawl(`run -i {inventory} --db ${one.db} ${SECOND}`);
  await until(() => two.world.effects().length === 1);
  signals.emit('SIGTERM');
  for (const { world } of [one, two]) world.release('convert/copy');
  expect([(await first).exit, (await second).exit]).toEqual([4, 0]);
  expect(one.world.effects()).toEqual(WHOLE.slice(0, 2));
  expect(two.world.effects()).toEqual(WHOLE);
  expect(await statesOf()).toEqual(['completed', 'paused']);
  expect((await one.pawl('resume --db {db}')).exit).toBe(0);
  expect(one.world.effects()).toEqual(WHOLE);
  for (const run of ['toy-20261124-1', 'toy-20261124-2']) expect(await verified(one, run)).toBe(0);
});

test('in two processes, one killed: the other goes to its end, and the killed one is resumed', async () => {
  for (const { world } of [one, two]) world.hold('convert/copy');
  const first = kids.start(one, 'run', '-i', one.inventory, '--db', one.db, '-v', ...ACCEPT.split(' '));
  await first.until('begins  convert/copy on etcd1');
  const second = kids.start(two, 'run', '-i', two.inventory, '--db', one.db, '-v', ...SECOND.split(' '));
  await second.until('begins  convert/copy on etcd1');
  first.process.kill('SIGKILL');
  await first.ended;
  for (const { world } of [one, two]) world.release('convert/copy');
  expect(await second.ended).toEqual({ exit: 0, signal: null });
  expect(two.world.effects()).toEqual(WHOLE);
  expect(one.world.effects()).toEqual(WHOLE.slice(0, 1));
  const resumed = await one.json('resume --db {db}', { now: () => new Date() });
  expect([resumed.exit, one.world.effects(), two.world.effects()]).toEqual([0, WHOLE, WHOLE]);
  expect(await statesOf()).toEqual(['completed', 'completed']);
});

test('a second run on the hosts of an unfinished one is refused, whatever they are called', async () => {
  expect((await one.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before convert`)).exit).toBe(4);
  writeFileSync(
    two.inventory,
    INVENTORY.replaceAll('etcd1', 'e1').replaceAll('etcd2', 'e2').replaceAll('master1', 'm1'),
  );
  const { exit, stderr } = await two.pawl(`run -i {inventory} --db ${one.db} ${ACCEPT}`);
  expect([exit, stderr]).toEqual([3, expect.stringContaining('E_RUN_UNFINISHED')]);
  expect(two.world.effects()).toEqual([]);
});

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 10));
}
