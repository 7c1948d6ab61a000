import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isGone, readIfThere } from './files';
import { LabError } from './lab-error';
import { waitUntil } from './wait-until';

/**
 * A lab's processes are known by their cgroup. `systemd-nspawn --keep-unit` makes `payload` and `supervisor`
 * under the caller's cgroup, so each machine must start in one of its own, in every hierarchy that it uses
 * (v1 "hybrid" has several, v2 has one).
 */
export function labCgroups(name: string): readonly string[] {
  const root = '/sys/fs/cgroup';
  if (existsSync(path.join(root, 'cgroup.procs'))) return [path.join(root, `pawl-lab-${name}`)];
  const hybrid = ['unified', 'systemd', 'memory', 'pids', 'cpuacct'].map((hierarchy) =>
    path.join(root, hierarchy),
  );
  return hybrid
    .filter((dir) => existsSync(path.join(dir, 'cgroup.procs')))
    .map((dir) => path.join(dir, `pawl-lab-${name}`));
}

/** argv that runs `argv` inside the cgroup `part` of the lab (a host's name, or `helpers`). */
export function inCgroup(cgroups: readonly string[], part: string, argv: readonly string[]): string[] {
  const join = 'while [ "$1" != -- ]; do echo $$ >"$1" || exit 125; shift; done; shift; exec "$@"';
  const procs = cgroups.map((dir) => {
    mkdirSync(path.join(dir, part), { recursive: true });
    return path.join(dir, part, 'cgroup.procs');
  });
  return ['sh', '-c', join, 'pawl-lab', ...procs, '--', ...argv];
}

/** Every process in the cgroup and below it. */
export function cgroupMembers(cgroups: readonly string[], ...parts: readonly string[]): number[] {
  const first = cgroups[0];
  if (first === undefined) return [];
  return below(path.join(first, ...parts)).flatMap((dir) =>
    readIfThere(path.join(dir, 'cgroup.procs')).split('\n').filter(Boolean).map(Number),
  );
}

/** Kills every process in it at one stroke, as the kernel sees the list: nothing escapes by forking. */
export async function killCgroup(cgroups: readonly string[], part: string): Promise<void> {
  const first = cgroups[0];
  if (first === undefined || !existsSync(path.join(first, part))) return;
  writeFileSync(path.join(first, part, 'cgroup.kill'), '1');
  await waitUntil(
    `${first}/${part} is empty`,
    () => Promise.resolve(cgroupMembers(cgroups, part).length === 0),
    {
      timeoutMs: 30_000,
      everyMs: 20,
    },
  );
}

/** Removes the (empty) tree in every hierarchy. */
export async function removeCgroups(cgroups: readonly string[]): Promise<void> {
  for (const dir of cgroups) {
    // The kernel lets go of a dead process's cgroup a moment after the process is gone.
    await waitUntil(`${dir} is removed`, () => Promise.resolve(removeTree(dir)), {
      timeoutMs: 10_000,
      everyMs: 20,
    });
  }
}

function removeTree(dir: string): boolean {
  for (const one of below(dir).reverse()) {
    try {
      rmdirSync(one);
    } catch (error) {
      if (!isGone(error)) throw new LabError(`${one} can't be removed`, { cause: error });
    }
  }
  return !existsSync(dir);
}

/** The directory and all below it, parents first. */
function below(dir: string): string[] {
  let names: string[];
  try {
    names = readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    if (isGone(error)) return [];
    throw new LabError(`${dir} can't be read`, { cause: error });
  }
  return [dir, ...names.flatMap((name) => below(path.join(dir, name)))];
}
