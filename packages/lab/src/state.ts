import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertLabName, type LabSpec } from './spec';
import { LabError } from './lab-error';

/**
 * All that `down` needs. It is on disk before the first of these things is made, so a lab whose maker was
 * killed is taken away from this alone. No pid is in it: a lab's processes are the members of its cgroups,
 * a list that the kernel keeps and that neither ages nor names a stranger.
 */
export interface LabState {
  readonly version: 1;
  readonly spec: LabSpec;
  readonly network: number;
  /** Hosts' upper layers, certificates, the controller's directory. */
  readonly dir: string;
  readonly netns: string;
  /** One directory per cgroup hierarchy. */
  readonly cgroups: readonly string[];
  /** `making` until every machine and etcd stood: such a remnant is removed by the next `up`. */
  readonly phase: 'making' | 'up';
  readonly base: string;
}

export const runDir = '/run/pawl-lab';
export const labsDir = (): string => safeDir(process.env['PAWL_LAB_DIR'] ?? '/var/lib/pawl-lab');
export const cacheDir = (): string => safeDir(process.env['PAWL_LAB_CACHE'] ?? '/var/cache/pawl-lab');

export function readState(name: string): LabState | undefined {
  assertLabName(name);
  let text: string;
  try {
    text = readFileSync(stateFile(name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LabError(`state of lab ${name} can't be read`, { cause: error });
  }
  return JSON.parse(text) as LabState;
}

export function writeState(state: LabState): void {
  const file = stateFile(state.spec.name);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 2));
  renameSync(`${file}.new`, file);
}

export function forgetState(name: string): void {
  rmSync(path.dirname(stateFile(name)), { recursive: true, force: true });
}

/** Every lab that stands, or of which something is left. */
export function allStates(): readonly LabState[] {
  let names: string[];
  try {
    names = readdirSync(runDir).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new LabError(`${runDir} can't be read`, { cause: error });
  }
  return names.map(readState).filter((state) => state !== undefined);
}

function stateFile(name: string): string {
  return path.join(runDir, name, 'state.json');
}

/** These paths stand in mount options, where a comma or a colon would be read as syntax. */
function safeDir(dir: string): string {
  if (!/^\/[A-Za-z0-9._/-]+$/.test(dir))
    throw new LabError(`${dir}: an absolute path of A-Z a-z 0-9 . _ - only`);
  return dir;
}
