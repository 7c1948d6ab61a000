import { mkdtempSync, rmSync } from 'node:fs';
import { migrate } from './a-world';
import { newWorld, type World, type WorldOptions } from '.';

/** A cluster that a run named `okd-1` has migrated, and whose masters have lived on v3 since. Its backups: `/var/lib/etcd/pawl-okd-1/backup`. */
export async function newMigratedWorld(dir: string, options: WorldOptions = {}): Promise<World> {
  const world = await newWorld(dir, options);
  const database = mkdtempSync('/dev/shm/pawl-world-db-');
  try {
    const outcome = await migrate({ dir: database }, world);
    if (outcome === 'completed') return world;
    throw new Error(`the world could not be migrated: ${outcome}`);
  } catch (error) {
    await world.close();
    throw error;
  } finally {
    rmSync(database, { recursive: true });
  }
}
