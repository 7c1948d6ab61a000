import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseInventory, type Inventory } from '@pawl/hosts';
import { okdMigration } from '@pawl/okd-etcd-v2-to-v3';
import { type Effect, type World } from '.';
import { controllerOn, type Controller } from './runs-on';

/** A folder in memory for worlds and the controller's database; gone when the test has ended. */
export interface Base {
  readonly dir: string;
  remove(): void;
}

export function newBase(): Base {
  const dir = mkdtempSync('/dev/shm/pawl-world-');
  return { dir, remove: () => rmSync(dir, { recursive: true }) };
}

/** What a controller does on a world, and lets go of it. */
export async function control<T>(
  base: Pick<Base, 'dir'>,
  world: World,
  act: (engine: Controller['engine']) => Promise<T>,
): Promise<T> {
  const { engine, store } = controllerOn(base.dir, world.dir);
  try {
    return await act(engine);
  } finally {
    store.close();
    await world.settle();
  }
}

export const RUN = 'okd-1';

/** @returns how it rests */
export async function migrate(base: Pick<Base, 'dir'>, world: World, pauseBefore?: string): Promise<string> {
  const choices = okdMigration.choices(inventoryOf(world), ACCEPT);
  const before = pauseBefore === undefined ? {} : { pauseBefore };
  return control(base, world, async (engine) => {
    const { outcome } = await engine.start({ machineId: okdMigration.id, run: RUN, choices, ...before });
    return outcome;
  });
}

export const ACCEPT = { acceptPointOfNoReturn: 'api.world' };

export const inventoryOf = ({ inventory }: World): Inventory =>
  parseInventory(readFileSync(inventory, 'utf8'), path.basename(inventory));

/** How often something was done. */
export function timesDone(effects: readonly Effect[]): (wanted: string | RegExp) => number {
  const all = effects.map(({ what }) => what);
  return (wanted) =>
    all.filter((what) => (typeof wanted === 'string' ? what === wanted : wanted.test(what))).length;
}
