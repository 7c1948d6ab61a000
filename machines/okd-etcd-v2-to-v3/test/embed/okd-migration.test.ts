import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { factsFrom, type JsonObject, type RunState, type Store } from '@pawl/engine';
import { parseInventory, type Hosts, type InventoryObject, type ReadHost } from '@pawl/hosts';
import { openStore, processOwners } from '@pawl/store';
import { createOkdMigration, okdMigration, type OkdMigration } from '../../src';
import { settingsOf } from '../../../../test/machines/settings-of';
import { darkHosts } from '../helpers/dark-hosts';

const cluster = (etcd: readonly string[], master = 'm1'): InventoryObject => ({
  groups: {
    etcd: { hosts: Object.fromEntries(etcd.map((name) => [name, { ansible_user: 'root' }])) },
    masters: {
      hosts: { [master]: { ansible_user: 'root', openshift_master_cluster_hostname: `api.${master}` } },
    },
  },
});
const OURS = cluster(['e1', 'e2', 'e3']);
const accept = { acceptPointOfNoReturn: 'api.m1' };

let dir: string;
let store: Store;
let log: string[];
let okd: OkdMigration;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pawl-embed-'));
  store = openStore(join(dir, 'db', 'pawl.db'));
  log = [];
  okd = over(store);
});

afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

const over = (kept: Store, fence?: Hosts['fence']): OkdMigration =>
  createOkdMigration({
    store: kept,
    owners: processOwners(),
    runsDir: join(dir, 'runs'),
    connect: darkHosts(log, fence),
    now: () => new Date('2026-11-24T12:00:00Z'),
  });

/** A run of our hosts that rests in preflight, since none of them answers. */
async function begun(run = 'okd-20261124-1', inventory = OURS): Promise<string> {
  const choices = okdMigration.choices(parseInventory(iniOf(inventory), 'hosts.ini'), accept);
  const { outcome } = await okd.engine.start({ machineId: okdMigration.id, run, choices });
  expect(outcome).toBe('paused');
  return run;
}

const iniOf = ({ groups }: InventoryObject): string =>
  Object.entries(groups)
    .map(
      ([group, { hosts = {} }]) =>
        `[${group}]\n${Object.entries(hosts)
          .map(
            ([name, vars]) =>
              `${name} ${Object.entries(vars)
                .map(([k, v]) => `${k}=${v}`)
                .join(' ')}\n`,
          )
          .join('')}`,
    )
    .join('\n');

/** Hosts that answer this to any script. */
const saying =
  (words: string): ReturnType<typeof darkHosts> =>
  (entries) => {
    const hosts = darkHosts(log)(entries);
    const readScript: ReadHost['readScript'] = async () => ({
      ...{ exit: 0, stderr: Buffer.alloc(0) },
      stdout: Buffer.from(words),
    });
    return { ...hosts, reading: (name) => ({ ...hosts.reading(name), readScript }) };
  };

/** The same store, in which a run ended so. */
function ended(run: string, state: RunState): Store {
  const list: Store['list'] = () =>
    store.list().map((record) => (record.run === run ? { ...record, state } : record));
  return { ...store, list, load: (name) => list().find((record) => record.run === name) };
}

test('check: what stands in the way, as data; connections are let go, nothing is kept', async () => {
  const { outcome, cluster: name, hosts, findings, evidence, keys } = await okd.check({ inventory: OURS });
  expect([outcome, name, hosts, evidence, keys]).toEqual([
    'refused',
    'api.m1',
    ['e1', 'e2', 'e3', 'm1'],
    null,
    null,
  ]);
  expect(findings.map(({ code, host }) => `${code} ${host}`)).toEqual(
    hosts.map((host) => `E_UNREACHABLE ${host}`),
  );
  expect(log).toEqual(['open e1 e2 e3 m1', 'close']);
  expect(readdirSync(dir)).toEqual(['db']);
});

test('plan: every phase, the point of no return, the way back, and what the run would be called', async () => {
  const { run, plan, cluster: name, outcome } = await okd.plan({ inventory: OURS, ttl: 'documented' });
  expect([run, name, outcome]).toEqual(['okd-20261124-1', 'api.m1', 'refused']);
  expect(plan.phases.map((phase) => phase.name)).toContain('migrate');
  expect(plan.rollback.length).toBeGreaterThan(3);
  expect(plan.pointOfNoReturn?.step).toBe('start-masters/release-and-start');
  expect(store.list()).toEqual([]);
});

test('a name that a run or a folder has is not given again', async () => {
  await begun();
  expect((await okd.plan({ inventory: OURS })).run).toBe('okd-20261124-2');
});

test('migrate refuses what the check refuses: no run is made', async () => {
  expect(await okd.migrate({ inventory: OURS, ...accept })).toMatchObject({
    ...{ outcome: 'refused', changed: false, run: null, phase: null, outageSeconds: null, next: 'check' },
    reason: { code: 'E_UNREACHABLE', message: "e1: e1 can't be reached", hint: 'Is it up?' },
  });
  expect([store.list(), readdirSync(dir)]).toEqual([[], ['db']]);
});

test('migrate goes on with the unfinished run of these hosts, whoever began it, and tells its events alone', async () => {
  const run = await begun();
  const heard: string[] = [];
  const rest = await okd.migrate({
    inventory: OURS,
    ...accept,
    onEvent: (event) =>
      heard.push(event.type === 'journal' ? `${event.row.run} ${event.row.kind}` : event.run),
  });
  expect(rest).toMatchObject({
    ...{ outcome: 'paused', changed: false, run, phase: 'preflight', step: 'fences', next: 'resume' },
    reason: { code: 'E_UNREACHABLE' },
  });
  expect(heard.slice(0, 2)).toEqual([`${run} resumed`, `${run} intent`]);
  expect(store.list()).toHaveLength(1);
  expect(await okd.resume({ run })).toMatchObject({ outcome: 'paused', run });
});

test('two clusters in one store: each goes on with its own', async () => {
  const ours = await begun();
  const theirs = await begun('okd-20261124-2', cluster(['x1'], 'y1'));
  expect((await okd.migrate({ inventory: OURS, ...accept })).run).toBe(ours);
  const other = await okd.migrate({ inventory: cluster(['x1'], 'y1'), acceptPointOfNoReturn: 'api.y1' });
  expect(other.run).toBe(theirs);
});

test('two clusters at once: the one whose signal is aborted pauses, the other goes on', async () => {
  const ours = await begun();
  const theirs = await begun('okd-20261124-2', cluster(['x1'], 'y1'));
  let letGo = (): void => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  const joined = new Set<string>();
  const both = over(store, async (host) => {
    // Asked first by whoever joins the hosts, then by the step.
    if (joined.has(host)) await released;
    joined.add(host);
    return undefined;
  });
  const stop = new AbortController();
  const rests = [
    both.migrate({ inventory: OURS, ...accept, signal: stop.signal }),
    both.resume({ run: theirs }),
  ];
  while (![ours, theirs].every((run) => store.load(run)?.state === 'running')) await sleep(5);
  await expect(both.resume({ run: ours })).rejects.toMatchObject({ code: 'E_OWNED' });
  stop.abort();
  letGo();
  expect(await Promise.all(rests)).toMatchObject([
    { run: ours, outcome: 'paused', phase: 'preflight', reason: { code: 'E_PAUSED' } },
    { run: theirs, outcome: 'paused', phase: 'preflight', reason: { code: 'E_UNREACHABLE' } },
  ]);
});

test('a listener that throws ends the session as a crash would, and the same call goes on', async () => {
  const run = await begun();
  const onEvent = (): never => {
    throw new Error('the ear fell off');
  };
  await expect(okd.migrate({ inventory: OURS, ...accept, onEvent })).rejects.toThrow('the ear fell off');
  expect(store.load(run)?.state).toBe('running');
  expect(await okd.migrate({ inventory: OURS, ...accept })).toMatchObject({ outcome: 'paused', run });
});

test('an unfinished run is not gone on with on other hosts', async () => {
  await begun();
  const changed = { inventory: cluster(['e2', 'e1', 'e3']), ...accept };
  await expect(okd.migrate(changed)).rejects.toMatchObject({
    code: 'E_INVENTORY_CHANGED',
    message: expect.stringContaining(
      'etcd was e1 at e1, e2 at e2, e3 at e3, is e2 at e2, e1 at e1',
    ) as unknown,
  });
});

test('aborted before it began: nothing was begun', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(okd.migrate({ inventory: OURS, ...accept, signal })).rejects.toThrow('enough');
  expect(log).toEqual([]);
});

test('aborted while it runs: it pauses at the next safe point', async () => {
  const run = await begun();
  const stop = new AbortController();
  const rest = await okd.resume({
    run,
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'journal' && event.row.kind === 'resumed') stop.abort();
    },
  });
  expect(rest).toMatchObject({ outcome: 'paused', reason: { code: 'E_PAUSED' } });
});

test('a wrong option is thrown before any host is asked', async () => {
  await expect(okd.migrate({ inventory: { groups: {} }, ...accept })).rejects.toMatchObject({
    code: 'E_INVENTORY',
  });
  await expect(okd.migrate({ inventory: OURS, ...accept, maxOutageSeconds: 0 })).rejects.toMatchObject({
    code: 'E_USAGE',
  });
  // On a host a run is known by its name alone.
  for (const run of ['restore-20261124-1', 'backup-check-prod'])
    await expect(okd.migrate({ inventory: OURS, ...accept, run })).rejects.toMatchObject({ code: 'E_USAGE' });
  expect(log).toEqual([]);
});

test('what a caller says is kept without the secrets in it', async () => {
  const run = await begun();
  await okd.rollback({ inventory: OURS, reason: 'its password=hunter2 is known' });
  const [row] = store.journal(run).filter(({ kind }) => kind === 'rollback');
  expect(row?.data['reason']).toBe('its password=[left out] is known');
  expect(JSON.stringify(store.journal(run))).not.toContain('hunter2');
});

test('rollback, what was set aside being gone: refused before anything is stopped', async () => {
  const run = await begun();
  const before = store.journal(run).length;
  const facts = factsFrom({
    'preflight/etcd-hosts': { e1: { settings: settingsOf(1) } as unknown as JsonObject },
    'set-aside/originals': { e1: {} },
  });
  const asideIn: Store = {
    ...store,
    fact: (_run, phase, step, host) => facts.find(`${phase}/${step}`, host),
  };
  const gone = createOkdMigration({
    ...{ store: asideIn, owners: processOwners(), runsDir: join(dir, 'runs') },
    connect: saying('/var/lib/etcd/pawl-x/original/member\n'),
  });
  await expect(gone.rollback({ inventory: OURS })).rejects.toMatchObject({
    code: 'E_ORIGINALS_GONE',
    hint: expect.stringContaining(`pawl unfence -i INVENTORY ${run}`) as unknown,
  });
  expect(store.journal(run)).toHaveLength(before);
});

test('rollback of what has completed, and another run has changed since: refused, nothing is written', async () => {
  const run = await begun();
  const before = store.journal(run).length;
  const record = (of: string, at: string): string =>
    `run ${of}\noutcome completed\nclaim c1\nowner anna@desk7\nat ${at}\n`;
  const since = createOkdMigration({
    ...{ store: ended(run, 'completed'), owners: processOwners(), runsDir: join(dir, 'runs') },
    connect: saying(
      record(run, '2026-11-24T12:30:00Z') + record('restore-20261125-1', '2026-11-25T12:00:00Z'),
    ),
  });
  await expect(since.rollback({ inventory: OURS, acceptDataLoss: 'api.m1' })).rejects.toMatchObject({
    code: 'E_ENDED',
    facts: { run, later: 'restore-20261125-1' },
  });
  expect(store.journal(run)).toHaveLength(before);
});

test('rollback: of nothing, of what changed nothing, and of what was rolled back before', async () => {
  await expect(okd.rollback({ inventory: OURS })).rejects.toMatchObject({ code: 'E_NO_RUN' });
  const run = await begun();
  const back = { changed: false, run, next: null, reason: null };
  expect(await okd.rollback({ inventory: OURS })).toMatchObject({ ...back, outcome: 'rolled-back' });
  const again = await okd.rollback({ inventory: OURS });
  expect(again).toMatchObject({ ...back, outcome: 'already-rolled-back' });
  expect(again.conclusion).toContain('No data was moved in this run.');
  await expect(over(ended(run, 'refused')).rollback({ inventory: OURS })).rejects.toMatchObject({
    code: 'E_NO_RUN',
  });
});
