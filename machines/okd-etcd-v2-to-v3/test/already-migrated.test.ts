import { factsFrom } from '@pawl/engine';
import { alreadyMigrated } from '../src/already-migrated';
import { choicesOf, preflightFacts, type Seen } from './helpers/a-cluster';
import { fakeHands, type FakeWorld } from '../../../test/machines/fake-hands';

const HOSTS = ['etcd1', 'etcd2', 'etcd3', 'master1', 'master2'];
const RUN = 'okd-20261120-1';
type Closed = NonNullable<FakeWorld['closed']>;

function on(seen: Seen, step: string, host: string, changed: object): void {
  Object.assign(seen[`preflight/${step}`]?.[host] ?? {}, changed);
}
function migrated(): Seen {
  const seen = preflightFacts();
  for (const host of HOSTS.slice(0, 3))
    on(seen, 'etcd-hosts', host, { v3: { revision: 4000, keys: 2900, neverUsed: false } });
  for (const host of HOSTS.slice(3)) on(seen, 'masters', host, { config: { backend: 'v3' } });
  return seen;
}
const records = (without: readonly string[] = [], outcome = 'completed', run = RUN): Closed =>
  Object.fromEntries(
    HOSTS.filter((host) => !without.includes(host)).map((host) => [host, [{ run, outcome }]]),
  );
const look = (seen: Seen, closed: Closed) =>
  alreadyMigrated(choicesOf(), factsFrom(seen), fakeHands({ closed }));

test('a cluster on v2 says nothing, whatever runs were rolled back on it', async () => {
  expect(await look(preflightFacts(), records([], 'rolled-back'))).toBeUndefined();
});

test('all masters on v3, data in every member, one completed run on record everywhere', async () => {
  expect(await look(migrated(), records())).toMatchObject({ agrees: true, evidence: { run: RUN } });
});

test('of several completed runs, the last that all hosts know', async () => {
  const closed = records();
  const first = [{ run: 'okd-20261001-1', outcome: 'completed' }];
  const both = Object.fromEntries(Object.entries(closed).map(([host, runs]) => [host, [...first, ...runs]]));
  expect((await look(migrated(), both))?.evidence['run']).toBe(RUN);
});

const also = (run: string, at: string): Closed =>
  Object.fromEntries(
    HOSTS.map((host) => [
      host,
      [
        { run: RUN, outcome: 'completed', at: '2026-11-20T10:00:00Z' },
        { run, outcome: 'completed', at },
      ],
    ]),
  );

test.each([
  ['a restore of before', 'restore-20261119-1', '2026-11-19T10:00:00Z'],
  ['a check of its backups', 'backup-check-20261124-1', '2026-11-24T10:00:00Z'],
])('%s takes nothing from it', async (_, run, at) => {
  expect(await look(migrated(), also(run, at))).toMatchObject({ agrees: true, evidence: { run: RUN } });
});

test.each<readonly [string, (seen: Seen) => void, Closed]>([
  ['a restore since', () => undefined, also('restore-20261124-1', '2026-11-24T10:00:00Z')],
  ['the record of a check alone', () => undefined, records([], 'completed', 'backup-check-20261124-1')],
  ['no record on one host', () => undefined, records(['master2'])],
  ['no record at all', () => undefined, {}],
  ['a record of a rollback', () => undefined, records([], 'rolled-back')],
  [
    'records of two runs',
    () => undefined,
    { ...records(), etcd3: [{ run: 'okd-20261121-1', outcome: 'completed' }] },
  ],
  ['one master on v2', (seen) => on(seen, 'masters', 'master1', { config: { backend: 'v2' } }), records()],
  [
    'one master whose configuration can’t be read',
    (seen) => on(seen, 'masters', 'master1', { config: null }),
    records(),
  ],
  [
    'an empty member',
    (seen) => on(seen, 'etcd-hosts', 'etcd2', { v3: { revision: 1, keys: 0, neverUsed: true } }),
    records(),
  ],
])('%s does not agree: to be looked at, not repeated', async (_, spoil, closed) => {
  const seen = migrated();
  spoil(seen);
  expect(await look(seen, closed)).toMatchObject({ agrees: false });
});

test('v3 data alone, with all masters on v2, is something to be explained', async () => {
  const seen = preflightFacts();
  on(seen, 'etcd-hosts', 'etcd1', { v3: { revision: 9, keys: 3, neverUsed: false } });
  expect(await look(seen, {})).toMatchObject({ agrees: false, evidence: { run: null } });
});
