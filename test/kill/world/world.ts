import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { localTransport, type HostEntry, type Transport } from '@pawl/hosts';
import { listen } from './calls';
import { effectsOf, forgetEffects, type Effect } from './effects';
import { filledV2 } from './fill';
import { writeHostFiles } from './host-files';
import { onHost, treeOf } from './host-tree';
import { EMPTY_DB, writeDb, writeWal } from './model/member-data';
import { idOf } from './model/etcd';
import { createModel, type Model } from './model/model';
import { readState, writeState } from './model/state';
import { into, openNamespace, type Namespace } from './namespace';
import { pictureOf } from './picture';
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
}

/** A running v2 cluster in a directory that is not there yet, or empty, and in memory (the guard's /run must be). */
export async function newWorld(dir: string, { etcd = 3, masters = 1 }: WorldOptions = {}): Promise<World> {
  mkdirSync(dir, { recursive: true });
  requireMemory(dir);
  const shape = shapeOf(etcd, masters);
  for (const host of shape.hosts) writeHostFiles(treeOf(dir, host.name), host, shape);
  writeMembers(dir, shape);
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

/** How a host is reached, from any process: the world itself is open in another one. */
export function worldTransport(dir: string, entry: Pick<HostEntry, 'name'>): Transport {
  const keepers = JSON.parse(readFileSync(path.join(dir, 'world.json'), 'utf8')) as Readonly<
    Record<string, number>
  >;
  const keeper = keepers[entry.name];
  if (keeper === undefined) throw new Error(`the world in ${dir} has no host ${entry.name}`);
  return localTransport([...into(keeper), '/bin/sh', '-c']);
}

async function open(dir: string): Promise<{ readonly world: World; readonly model: Model }> {
  const shape = JSON.parse(readFileSync(path.join(dir, 'shape.json'), 'utf8')) as Shape;
  const state = readState(dir)!;
  const spaces = new Map<string, Namespace>();
  await Promise.all(
    shape.hosts.map(async ({ name }) => {
      spaces.set(name, await openNamespace(treeOf(dir, name)));
    }),
  );
  const keepers = Object.fromEntries([...spaces].map(([name, { keeper }]) => [name, keeper]));
  writeFileSync(path.join(dir, 'world.json'), JSON.stringify(keepers));
  const model = createModel(dir, state, (host) => keepers[host]!);
  const deaf = await Promise.all(
    shape.hosts.map(({ name }) => listen(treeOf(dir, name), name, (call) => model.answer(call))),
  );
  return { world: worldOf(dir, shape, spaces, model, deaf), model };
}

function worldOf(
  dir: string,
  shape: Shape,
  spaces: ReadonlyMap<string, Namespace>,
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
      model.refresh();
    },
    picture: () => pictureOf(dir),
    async close() {
      await model.close();
      await Promise.all([...spaces.values()].map((space) => space.close()));
      await Promise.all(deaf.map((stop) => stop()));
    },
  };
}

/** The members as they were before anybody migrated anything. */
function writeMembers(dir: string, shape: Shape): void {
  const members = etcdOf(shape).map(({ hostname, address }) => ({
    id: idOf(hostname),
    name: hostname,
    peerUrl: `https://${address}:2380`,
    clientUrl: `https://${address}:2379`,
  }));
  const v2 = filledV2(Date.now());
  for (const { name, hostname } of etcdOf(shape)) {
    const member = onHost(treeOf(dir, name), '/var/lib/etcd/member');
    writeDb(member, EMPTY_DB);
    const me = idOf(hostname);
    writeWal(member, {
      member: me,
      cluster: idOf('cluster'),
      lineage: 'first',
      members,
      raftIndex: 20 + v2.index,
      v2,
    });
  }
}

const TMPFS = 0x01021994;

function requireMemory(dir: string): void {
  if (!existsSync(dir) || statfsSync(dir).type !== TMPFS)
    throw new Error(
      `${dir} does not lie in memory (tmpfs), as a host's /run must: make worlds below /dev/shm`,
    );
}
