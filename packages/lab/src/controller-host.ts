import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cgroupMembers } from './cgroups';
import { readIfThere } from './files';
import type { LabHost, LabSpec } from './spec';
import type { LabState } from './state';

/** Where a host that Pawl runs on finds this very checkout, read-only. */
const bound = '/opt/pawl-lab/repo';

export const isController = (spec: LabSpec, host: LabHost): boolean => spec.controller === host.name;

/** nspawn arguments for the host that Pawl runs on: the code, and the controller's directory where it lies outside too. */
export function controllerBinds(directory: string): string[] {
  return [`--bind-ro=${repository(__dirname)}:${bound}`, `--bind=${directory}:${directory}`];
}

export interface RemoteCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where the process id is written, as the host numbers it. */
  readonly pidFile: string;
}

/** What an operator who is logged in there types: one line for ssh. Paths of this checkout become those on the host. */
export function remoteLine({ argv, env, pidFile }: RemoteCommand): string {
  const own = repository(__dirname);
  const there = argv.map((word) =>
    word === process.execPath
      ? '/opt/pawl-lab/node'
      : word.startsWith(`${own}/`)
        ? bound + word.slice(own.length)
        : word,
  );
  const programs = `/opt/pawl-lab:${bound}/node_modules/.bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`;
  const set = Object.entries({ PATH: programs, ...env }).map(([name, value]) => `${name}=${value}`);
  const words = ['sh', '-c', 'echo $$ >"$1"; shift; exec "$@"', 'sh', pidFile, 'env', ...set, ...there];
  return words.map(quoted).join(' ');
}

/** As this computer numbers it; undefined where it has ended. */
export function pidOutside(state: LabState, host: LabHost, pidFile: string): number | undefined {
  const inside = readIfThere(pidFile).trim();
  if (inside === '') return undefined;
  return cgroupMembers(state.cgroups, host.name, 'payload').find((pid) =>
    new RegExp(`^NSpid:.*\\t${inside}$`, 'm').test(readIfThere(`/proc/${pid}/status`)),
  );
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

function repository(dir: string): string {
  const file = path.join(dir, 'package.json');
  if (existsSync(file) && readFileSync(file, 'utf8').includes('"workspaces"')) return dir;
  return repository(path.dirname(dir));
}
