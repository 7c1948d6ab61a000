import { existsSync, rmSync } from 'node:fs';
import { killCgroup, removeCgroups } from './cgroups';
import { readIfThere } from './files';
import { LabError } from './lab-error';
import { removeNetwork } from './network';
import { forgetState, readState } from './state';

/**
 * Takes a lab away, whatever state it is in, from its state file alone; idempotent. Saves are kept.
 * What is left of it afterwards: nothing (no process, mount, namespace, cgroup or file).
 */
export async function labDown(name: string): Promise<void> {
  const state = readState(name);
  if (state === undefined) return;
  await killCgroup(state.cgroups, '.');
  await removeCgroups(state.cgroups);
  await removeNetwork(state);
  if (existsSync(state.dir)) {
    // The machines' mounts died with them. Should one stand here all the same, deleting would reach through it.
    const mounts = readIfThere('/proc/self/mountinfo')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '');
    const left = mounts.filter((where) => where.startsWith(`${state.dir}/`));
    if (left.length > 0) throw new LabError(`still mounted, so nothing was deleted: ${left.join(', ')}`);
    rmSync(state.dir, { recursive: true });
  }
  forgetState(name);
}
