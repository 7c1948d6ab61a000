import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  createEngine,
  defineMachine,
  verifyChain,
  writeBundle,
  type Engine,
  type Fleet,
  type JsonObject,
  type Machine,
  type MachineSpec,
  type Phase,
  type RunRecord,
  type Store,
} from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { openStore } from '@pawl/store';
import { redactFacts, redactObject } from '@pawl/okd';
import { okdEtcdV2ToV3, type OkdChoices } from '../src';

/**
 * Databases of runs that were killed in each phase, made by each release (`fixtures/make-golden.ts`). A database that one
 * release left must load, report and roll back under every later one. Hosts are not what this is about: steps are stand-ins
 * that write down their names; the definition is the real one, since what a step does is no part of it.
 */
const GOLDEN = path.join(__dirname, 'golden');
const RELEASES = readdirSync(GOLDEN);
const files = RELEASES.flatMap((release) =>
  readdirSync(path.join(GOLDEN, release))
    .filter((file) => file.endsWith('.db.gz'))
    .map((file) => [release, file.replace('.db.gz', ''), path.join(GOLDEN, release, file)] as const),
);
type Spec = MachineSpec<OkdChoices, ReadHands, WorkHands>;
const { spec } = okdEtcdV2ToV3;

interface Bench {
  readonly store: Store;
  readonly engine: Engine;
  readonly record: RunRecord;
  /** `phase/step@target`, in order. */
  readonly performed: string[];
}

const folders: string[] = [];
const opened: Store[] = [];
afterEach(() => opened.splice(0).forEach((store) => store.close()));
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

test('there is one for every phase, and for every end', () => {
  for (const release of RELEASES) {
    const names = files.flatMap(([of, name]) => (of === release ? [name] : []));
    expect(names).toEqual(expect.arrayContaining(['completed', 'rolled-back', 'closed']));
  }
  const present = files.flatMap(([release, name]) => (release === spec.version ? [name] : []));
  const phases = [...spec.phases, ...spec.rollback, ...(spec.cleanup ?? [])].map(({ name }) => name);
  expect(present).toEqual(expect.arrayContaining(phases));
});

describe.each(files)('%s, killed in %s', (release, name, file) => {
  const now = release === spec.version;

  test('loads, and reports where it stands', () => {
    const { store, engine, record } = open(file, (performed) => standIn(spec, performed));
    const status = engine.status(record.run);
    expect(status.phase).toBe(name);
    expect(status.state).toBe(['completed', 'rolled-back', 'closed'].includes(name) ? name : 'crashed');
    expect(verifyChain(store.journal(record.run))).toMatchObject({ ok: true });
    // What a real run writes holds nothing that would have to be cleaned before it is handed on.
    expect(bundleOf(store, record).cleaned).toEqual([]);
    // A definition that has changed is another version, with golden databases of its own.
    if (now) expect(record.definitionHash).toBe(okdEtcdV2ToV3.definitionHash);
  });

  test('is resumed by the version that made it, and never by another definition', async () => {
    const { direction, record, ...bench } = openStanding(file);
    if (direction === 'ended') return;
    if (now)
      expect(await bench.engine.resume({ run: record.run })).toMatchObject({ outcome: END[direction] });
    const later = open(file, (performed) => standIn({ ...spec, version: '99.0.0' }, performed));
    const refused = later.engine.resume({ run: record.run });
    await expect(refused).rejects.toMatchObject({ code: 'E_DEFINITION_CHANGED' });
    await expect(refused).rejects.toThrow(/\+ machine version: "99\.0\.0"/);
    expect(later.performed).toEqual([]);
  });

  test('goes back from where it stands, whatever the version, each step once', async () => {
    for (const version of [spec.version, '99.0.0']) {
      const { engine, record, performed, store } = open(file, (done) => standIn({ ...spec, version }, done));
      const stood = engine.status(record.run);
      if (stood.direction === 'cleanup' || ['rolled-back', 'closed'].includes(name)) {
        await expect(engine.rollback({ run: record.run })).rejects.toThrow(
          /ended|rolled-back|closed|no way back/,
        );
        continue;
      }
      const before = succeeded(store, record.run);
      expect(await engine.rollback({ run: record.run })).toMatchObject({ outcome: 'rolled-back' });
      expect(performed.filter((step) => !before.has(step))).toEqual(performed);
      expect(new Set(performed).size).toBe(performed.length);
      const all = [...new Set(performed.map((step) => step.split('/')[0]))];
      expect(all).toEqual(phasesBackFrom(stood.direction === 'ended' ? 'finish' : stood.phase));
    }
  });
});

function bundleOf(store: Store, record: RunRecord): ReturnType<typeof writeBundle> {
  const { run } = record;
  const [definition, rows, head] = [store.definition(run), store.journal(run), store.head(run)];
  return writeBundle({
    record,
    definition,
    rows,
    head,
    madeBy: 't',
    madeAt: '',
    redact: redactObject,
    redactFacts,
  });
}

const END = { forward: 'completed', rollback: 'rolled-back', cleanup: 'closed' } as const;

function phasesBackFrom(phase: string): readonly string[] {
  const names = spec.rollback.map(({ name }) => name);
  const forward = spec.phases.find(({ name }) => name === phase);
  const entry = forward === undefined ? phase : forward.rollbackAt;
  return entry === undefined ? [] : names.slice(names.indexOf(entry));
}

function succeeded(store: Store, run: string): ReadonlySet<string> {
  const done = store.intents(run).filter(({ state }) => state === 'succeeded');
  return new Set(done.map(({ phase, step, target }) => `${phase}/${step}@${target}`));
}

function openStanding(
  file: string,
): Bench & { readonly direction: ReturnType<Engine['status']>['direction'] } {
  const bench = open(file, (performed) => standIn(spec, performed));
  return { ...bench, direction: bench.engine.status(bench.record.run).direction };
}

function open(
  file: string,
  machineOf: (performed: string[]) => Machine<OkdChoices, ReadHands, WorkHands>,
): Bench {
  const folder = mkdtempSync(path.join(tmpdir(), 'pawl-golden-'));
  folders.push(folder);
  mkdirSync(path.join(folder, 'db'), { mode: 0o700 });
  const database = path.join(folder, 'db', 'pawl.db');
  writeFileSync(database, gunzipSync(readFileSync(file)), { mode: 0o600 });
  const store = openStore(database);
  opened.push(store);
  const performed: string[] = [];
  const engine = createEngine<ReadHands, WorkHands>({
    store,
    machines: [machineOf(performed)],
    fleet: NO_HOSTS,
    owners: {
      self: (location) => ({ who: 't', host: 'h', pid: 1, startTime: '', bootId: '', database: location }),
      liveness: () => 'dead',
    },
  });
  const [record] = store.list();
  if (record === undefined) throw new Error(`${file} holds no run`);
  return { store, engine, record, performed };
}

const NO_HOSTS: Fleet<ReadHands, WorkHands> = {
  attach: () => Promise.resolve([]),
  reading: () => undefined as unknown as ReadHands,
  working: () => undefined as unknown as WorkHands,
  detach: () => Promise.resolve(),
};

/** The machine as it is declared; its steps do nothing but say that they were performed. */
function standIn(of: Spec, performed: string[]): Machine<OkdChoices, ReadHands, WorkHands> {
  const phase = (each: Phase<OkdChoices, ReadHands, WorkHands>): typeof each => ({
    ...each,
    steps: each.steps.map((step) => ({
      ...step,
      run: (task: {
        readonly target: string;
        readonly facts: { find(step: string, target?: string): JsonObject | undefined };
      }) => {
        const id = `${each.name}/${step.name}`;
        performed.push(`${id}@${task.target}`);
        return Promise.resolve({ ...(STANDING_FACTS[id] ?? {}), ...task.facts.find(id, task.target) });
      },
      ...(step.kind === 'one-shot' && {
        probe: () =>
          Promise.resolve({ verdict: 'done' as const, round: 1, evidence: {}, facts: { round: 1 } }),
      }),
    })),
  });
  return defineMachine<OkdChoices, ReadHands, WorkHands>({
    ...of,
    phases: of.phases.map(phase),
    rollback: of.rollback.map(phase),
    cleanup: (of.cleanup ?? []).map(phase),
    loss: () => Promise.resolve({ free: true, name: '', message: '', facts: {} }),
  });
}

/** What later steps' targets rest on, where the run was killed before it was known. */
const STANDING_FACTS: Readonly<Record<string, JsonObject>> = {
  'stop-etcd/read-again': { leader: 'etcd1', raftIndices: [1] },
  'set-aside/copy': { round: 1 },
  'prepare/plant-fences': { hosts: ['etcd1', 'master1'] },
};
