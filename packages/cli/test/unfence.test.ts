import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { schemaFaults } from './schemas';
import { onHost, putOnHost } from './toy/fences';
import { ACCEPT, bench, CLUSTER, type Bench } from './toy/harness';

let b: Bench;
beforeEach(() => (b = bench()));
afterEach(() => b.clear());

const RUN = 'toy-20261124-1';
const fence = {
  run: RUN,
  claim: 'c-1',
  owner: 'anna@desk7',
  database: '/home/anna/pawl.db',
  since: '2026-11-23T22:00:00Z',
  phase: 'stop',
};
const HOSTS = ['etcd1', 'etcd2', 'master1'];
// The harness splits at spaces.
const unfence = `unfence -i {inventory} --db {db} ${RUN} --reason gone`;
const fencedAt = (): readonly string[] => HOSTS.filter((host) => onHost(b.world, host).fence !== undefined);
const fenceAll = (): void => {
  for (const host of HOSTS)
    putOnHost(b.world, host, { fence, held: host === 'master1' ? [{ unit: 'api.service', run: RUN }] : [] });
};

test('from the hosts alone: every fence is opened, with a record; what is held stays, and the way back is named', async () => {
  fenceAll();
  const { exit, document } = await b.json(`${unfence} --yes`);
  expect([exit, schemaFaults(document)]).toEqual([0, []]);
  expect(document).toMatchObject({
    outcome: 'unfenced',
    changed: true,
    run: RUN,
    owner: 'anna@desk7',
    inDatabase: false,
    next: `pawl check -i ${b.inventory} --db ${b.db}`,
    hosts: [
      { host: 'etcd1', state: 'fenced', phase: 'stop' },
      { host: 'etcd2' },
      { host: 'master1', held: ['api.service'] },
    ],
  });
  expect(fencedAt()).toEqual([]);
  expect(onHost(b.world, 'etcd2').closed).toMatchObject([
    { run: RUN, outcome: 'abandoned', by: 'op@controller', reason: 'gone' },
  ]);
  expect(existsSync(b.db)).toBe(false);
  const again = await b.json(`${unfence} --yes`);
  expect(again).toMatchObject({ exit: 0, document: { outcome: 'already-unfenced', changed: false } });
  expect(schemaFaults(again.document)).toEqual([]);
});

test('says what it will do and what it will not, then wants the cluster’s name or --yes', async () => {
  fenceAll();
  const none = await b.pawl(unfence);
  expect([none.exit, none.stderr]).toEqual([3, expect.stringContaining('E_NOT_CONSENTED')]);
  for (const words of [
    `${RUN} is given up: gone`,
    'api.service stay kept from starting',
    '/var/lib/pawl/README',
  ])
    expect(none.stderr).toContain(words);
  const typed = (name: string) => ({
    stdin: Readable.from([`${name}\n`]),
    isTTY: { stdin: true, stdout: true, stderr: true },
  });
  expect((await b.pawl(unfence, typed('another'))).exit).toBe(3);
  expect(fencedAt()).toEqual(HOSTS);
  const { exit, stdout } = await b.pawl(unfence, typed(CLUSTER));
  expect([exit, stdout]).toEqual([0, expect.stringContaining('fences opened on etcd1, etcd2, master1')]);
  expect(fencedAt()).toEqual([]);
});

test('where the run is in this database, it is abandoned there, and nothing goes on in it', async () => {
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before convert`);
  fenceAll();
  expect(await b.json(`${unfence} --yes`)).toMatchObject({ exit: 0, document: { inDatabase: true } });
  const { document } = await b.json(`status ${RUN} --db {db}`);
  expect(document).toMatchObject({
    outcome: 'abandoned',
    reason: { message: expect.stringContaining('gone') as unknown },
  });
  const { exit, stderr } = await b.pawl(`resume ${RUN} --db {db}`);
  expect([exit, stderr]).toEqual([3, expect.stringContaining('E_ENDED')]);
  expect(b.world.effects()).toEqual(['stop-units master1']);
});

test('a run that holds no host any more, or none yet, is given up in the database alone', async () => {
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before stop`);
  const { exit, stdout } = await b.pawl(`${unfence} --yes`);
  expect([exit, stdout]).toEqual([0, expect.stringContaining('no fence of it stood')]);
  expect((await b.json(`status ${RUN} --db {db}`)).document).toMatchObject({ outcome: 'abandoned' });
});

test('rolled back there, unfinished in a copy that was put back: what stands in the way of another run names the way out', async () => {
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before start`);
  const record = { run: RUN, outcome: 'rolled-back', claim: 'c-9', owner: 'anna@desk7' };
  for (const host of HOSTS) putOnHost(b.world, host, { closed: [{ ...record, at: '2026-11-24T11:00:00Z' }] });
  const run = `run -i {inventory} --db {db} ${ACCEPT}`;
  const { error } = (await b.json(run)).document as { readonly error: { readonly hint: string } };
  const [said = ''] = /pawl unfence .*$/.exec(error.hint) ?? [];
  expect([error, said]).toEqual([
    expect.objectContaining({ code: 'E_RUN_UNFINISHED' }),
    `pawl unfence -i ${b.inventory} ${RUN} --reason WHY --db ${b.db}`,
  ]);
  expect((await b.pawl(`${said.replace(/^pawl /, '')} --yes`)).exit).toBe(0);
  expect(onHost(b.world, 'etcd1').closed).toMatchObject([record]);
  expect((await b.pawl(run)).exit).toBe(0);
});

test.each([
  ['while a job is at work on any host', { running: ['0042.turn'] }, 3, /E_JOBS_RUNNING/],
  ['where a host does not answer', { unreachable: true }, 3, /etcd2 can't be asked[^]*E_UNREACHABLE/],
])('never %s', async (_, state, code, says) => {
  fenceAll();
  putOnHost(b.world, 'etcd2', { fence, ...state });
  const { exit, stderr } = await b.pawl(`${unfence} --yes`);
  expect([exit, stderr]).toEqual([code, expect.stringMatching(says)]);
  expect(fencedAt()).toEqual(HOSTS);
});

test('a host whose jobs are gone: said before it is asked, and its fence is opened', async () => {
  fenceAll();
  putOnHost(b.world, 'etcd2', { fence, jobsGone: true });
  const status = await b.json('status -i {inventory} --db {db}');
  expect(schemaFaults(status.document)).toEqual([]);
  expect(status.document).toMatchObject({ runs: [{ hosts: HOSTS, jobsGone: ['etcd2'] }] });
  expect((await b.pawl(unfence)).stderr.replaceAll(/\s+/g, ' ')).toMatch(
    /etcd2: its fence is opened \(phase stop\); the directory of its jobs is gone, so nobody can say whether/,
  );
  const { exit, document } = await b.json(`${unfence} --yes`);
  expect([exit, schemaFaults(document), fencedAt()]).toEqual([0, [], []]);
  expect(document).toMatchObject({ hosts: [{ jobsGone: false }, { host: 'etcd2', jobsGone: true }, {}] });
});

test('a host that will not answer any more is left behind by name', async () => {
  fenceAll();
  putOnHost(b.world, 'etcd2', { fence, unreachable: true });
  const { exit, document } = await b.json(`${unfence} --yes --host-dead etcd2`);
  expect([exit, document['hosts']]).toEqual([
    0,
    expect.arrayContaining([{ host: 'etcd2', state: 'left', phase: null, jobsGone: false, held: [] }]),
  ]);
  expect(fencedAt()).toEqual(['etcd2']);
  expect((await b.pawl(`${unfence} --yes --host-dead etcd9`)).exit).toBe(2);
});

test('a run that nobody here knows, and one without a reason, are not opened', async () => {
  putOnHost(b.world, 'etcd1', { fence: { ...fence, run: 'another' } });
  const { exit, stderr } = await b.pawl(`${unfence} --yes`);
  expect([exit, stderr]).toEqual([
    3,
    expect.stringMatching(/no host carries a fence of toy[^]*etcd1: another[^]*E_NO_FENCE/),
  ]);
  expect((await b.pawl(unfence.replace(' --reason gone', ' --yes'))).exit).toBe(2);
});

test('a run that a live process drives is refused, and told who', async () => {
  b.world.hold('stop/stop-units');
  const running = b.pawl(`run -i {inventory} --db {db} ${ACCEPT}`);
  while ((await b.json(`status --db {db}`).catch(() => undefined))?.document['phase'] !== 'stop')
    await new Promise((resolve) => setTimeout(resolve, 20));
  fenceAll();
  const { exit, stderr } = await b.pawl(`${unfence} --yes`);
  expect([exit, stderr]).toEqual([7, expect.stringMatching(/being driven by [^]*pawl pause[^]*E_OWNED/)]);
  expect(fencedAt()).toEqual(HOSTS);
  b.world.release('stop/stop-units');
  expect((await running).exit).toBe(0);
});
