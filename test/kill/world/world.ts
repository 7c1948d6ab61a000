import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostEntry } from '@pawl/hosts';
import { listen } from './calls';
import { effectsOf, forgetEffects, type Effect } from './effects';
import { emptyRun, writeHostFiles } from './host-files';
import { treeOf } from './host-tree';
import { writeMembers } from './members';
import { failNextMigrate } from './model/etcdctl-offline';
import { createModel, type Model } from './model/model';
import { readState, writeState } from './model/state';
import { openNamespace, type Namespace } from './namespace';
import { pictureOf } from './picture';
import { writeKeepers } from './world-transport';
import { etcdOf, inventoryOf, mastersOf, shapeOf, type Shape } from './shape';

/** A cluster of private hosts: the real guard on real files, and a model behind the programs of etcd, systemd and OKD. */
export interface World {
  /** All of its state: host trees, the stubs' model, the effects. Copied while nothing runs, it is a snapshot. */
  readonly dir: string;
  /** Path of an ordinary inventory. */
  readonly inventory: string;
  readonly entries: readonly HostEntry[];
  /** What was done to the cluster, in order: `migrate /var/lib/etcd/pawl-R/copy-1`, `start etcd`, `member add etcd2.world` … */
  effects(): readonly Effect[];
  /** Waits until nothing runs on any host but its units; those on their way up are up then, if they can be. */
  settle(): Promise<void>;
  /** A host is switched off and on: what lies in /run is gone, jobs are cut off, and what is enabled and not held starts. */
  reboot(host: string): Promise<void>;
  /** What must be equal at the end of two runs, by host and path. */
  picture(): ReadonlyMap<string, string>;
  /** Ends all that runs in it; `dir` stays. */
  close(): Promise<void>;
}

export interface WorldOptions {
  /** 3 if left out; 1 is the smallest. */
  readonly etcd?: number;
  /** 1 if left out. */
  readonly masters?: number;
  /** The first migrate comes to nothing. */
  readonly migrateFails?: true;
}

/** A running v2 cluster in a directory that is not there yet, or empty, and in memory (the guard's /run must be). */
export async function newWorld(dir: string, options: WorldOptions = {}): Promise<World> {
  const { etcd = 3, masters = 1, migrateFails } = options;
  mkdirSync(dir, { recursive: true });
  requireMemory(dir);
  const shape = shapeOf(etcd, masters);
  for (const host of shape.hosts) writeHostFiles(treeOf(dir, host.name), host, shape);
  writeMembers(dir, shape);
  if (migrateFails) for (const { name } of etcdOf(shape)) failNextMigrate(treeOf(dir, name));
  writeFileSync(path.join(dir, 'inventory'), inventoryOf(shape));
  writeFileSync(path.join(dir, 'shape.json'), JSON.stringify(shape));
  writeState(dir, { hosts: shape.hosts.map(({ name }) => ({ name, units: {} })) });
  forgetEffects(dir);
  const { world, model } = await open(dir);
  for (const { name } of etcdOf(shape)) await model.start(name, 'etcd');
  for (const { name } of mastersOf(shape))
    for (const unit of ['origin-master-api', 'origin-master-controllers']) await model.start(name, unit);
  return world;
}

/** A world from a copied directory: its hosts, and the processes of the units that were up. */
export async function openWorld(dir: string): Promise<World> {
  requireMemory(dir);
  const { world, model } = await open(dir);
  await model.revive();
  return world;
}

async function open(dir: string): Promise<{ readonly world: World; readonly model: Model }> {
  const shape = JSON.parse(readFileSync(path.join(dir, 'shape.json'), 'utf8')) as Shape;
  const spaces = new Map<string, Namespace>();
  await Promise.all(
    shape.hosts.map(async ({ name }) => {
      spaces.set(name, await openNamespace(treeOf(dir, name)));
    }),
  );
  writeKeepers(dir, spaces);
  const model = createModel(dir, readState(dir)!, (host) => spaces.get(host)!.keeper);
  const deaf = await Promise.all(
    shape.hosts.map(({ name }) => listen(treeOf(dir, name), name, (call) => model.answer(call))),
  );
  return { world: worldOf(dir, shape, spaces, model, deaf), model };
}

function worldOf(
  dir: string,
  shape: Shape,
  spaces: Map<string, Namespace>,
  model: Model,
  deaf: readonly (() => Promise<void>)[],
): World {
  const busy = (): boolean =>
    [...spaces].some(([host, space]) => {
      const known = new Set([1, ...model.processes(host)]);
      return space.processes().some((pid) => !known.has(pid));
    });
  return {
    dir,
    inventory: path.join(dir, 'inventory'),
    entries: shape.hosts.map(({ name, address }) => ({
      name,
      address,
      port: 22,
      user: 'root',
      become: false,
    })),
    effects: () => effectsOf(dir),
    async settle() {
      while (busy()) await sleep(5);
      model.comeUp();
    },
    async reboot(host) {
      const space = spaces.get(host)!;
      spaces.delete(host);
      writeKeepers(dir, spaces);
      await Promise.all([space.close(), model.crash(host)]);
      emptyRun(treeOf(dir, host));
      spaces.set(host, await openNamespace(treeOf(dir, host)));
      writeKeepers(dir, spaces);
      await model.boot(host);
    },
    picture: () => pictureOf(dir),
    async close() {
      await model.close();
      await Promise.all([...spaces.values()].map((space) => space.close()));
      await Promise.all(deaf.map((stop) => stop()));
    },
  };
}

const TMPFS = 0x01021994;

function requireMemory(dir: string): void {
  if (!existsSync(dir) || statfsSync(dir).type !== TMPFS)
    throw new Error(
      `${dir} does not lie in memory (tmpfs), as a host's /run must: make worlds below /dev/shm`,
    );
}
