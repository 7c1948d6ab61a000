import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEngine,
  type Commit,
  type Engine,
  type FaultPoint,
  type Fleet,
  type Machine,
  type Owners,
  type Store,
} from '@pawl/engine';
import { openStore, processOwners } from '@pawl/store';
import { fakeFleet, look, type Hand, type Look } from './fake-world';

/** A database and a world in one folder, and an engine on them. */
export interface Bench {
  readonly dir: string;
  readonly world: string;
  readonly store: Store;
  readonly engine: Engine;
  /** `HOST WHAT` → how often it happened, counted outside the engine. */
  effects(): Readonly<Record<string, number>>;
  lines(): readonly string[];
  close(): void;
  /** Everything as it is on disk, in another folder: for a second ending. */
  copy(): string;
}

export interface BenchOptions {
  readonly faultPoint?: FaultPoint;
  readonly fleet?: Partial<Fleet<Look, Hand>>;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  readonly owners?: Owners;
  /** Told of each commit before it is made. */
  readonly watch?: (commit: Commit) => void;
}

export const RUN = 'run-1';

export function openBench(
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- either machine
  machine: Machine<any, Look, Hand>,
  dir = newFolder(),
  options: BenchOptions = {},
): Bench {
  const world = join(dir, 'world');
  const store = openStore(join(dir, 'db', 'pawl.db'));
  const { fleet, watch, ...rest } = options;
  const engine = createEngine<Look, Hand>({
    store: watch === undefined ? store : watched(store, watch),
    machines: [machine],
    fleet: fakeFleet(world, fleet),
    owners: processOwners(),
    ...rest,
  });
  const lines = (): readonly string[] => look(world).effects();
  return {
    ...{ dir, world, store, engine, lines },
    effects: () => counted(lines()),
    close: () => store.close(),
    copy: () => {
      const to = newFolder();
      cpSync(dir, to, { recursive: true, preserveTimestamps: true });
      return to;
    },
  };
}

function watched(store: Store, watch: (commit: Commit) => void): Store {
  return {
    ...store,
    commit(commit) {
      watch(commit);
      return store.commit(commit);
    },
  };
}

/** A crash that leaves the process: the error goes up through everything, and nothing more is written. */
export function crashAt(name: string): FaultPoint {
  return (reached) => {
    if (reached === name) throw new Error('crash');
  };
}

/** This process, and what it says of others. */
export function ownersAre(liveness: 'alive' | 'dead' | 'elsewhere'): Owners {
  return { self: (database) => processOwners().self(database), liveness: () => liveness };
}

/** In memory where there is such a place: a killed process loses nothing there either, and hundreds of runs need no disk. */
export function newFolder(): string {
  const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pawl-engine-'));
  folders.push(dir);
  return dir;
}

const folders: string[] = [];

export function removeFolders(): void {
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true });
}

function counted(lines: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of lines) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}
