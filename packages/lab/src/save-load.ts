import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { bootAll } from './boot-all';
import { labCgroups } from './cgroups';
import { labDown } from './down';
import { stopEtcdInOrder } from './etcd-service';
import { execInside } from './exec-inside';
import { LabError } from './lab-error';
import { masterUnits } from './host-files/master-files';
import { isRunning, killMachine, powerOff } from './machine';
import { makeNetwork } from './network';
import { run } from './run';
import { assertLabName, isMaster, labHosts } from './spec';
import { labsDir, readState, writeState, type LabState } from './state';

const savesDir = (name: string): string => path.join(labsDir(), 'saves', name);

/** Shuts the machines down, keeps all that they hold (and the controller's directory), boots them again. */
export async function keep(name: string, save: string): Promise<void> {
  assertLabName(save);
  const state = standing(name);
  const hosts = labHosts(state.spec, state.network);
  const up = hosts.filter((host) => isRunning(state, host));
  const units = masterUnits(state.spec);
  await Promise.all(
    up.filter(isMaster).map(async (host) => execInside(state, host, ['systemctl', 'stop', ...units])),
  );
  await stopEtcdInOrder(state);
  await Promise.all(up.map(async (host) => powerOff(state, host)));
  const to = path.join(savesDir(name), save);
  rmSync(`${to}.making`, { recursive: true, force: true });
  mkdirSync(path.dirname(to), { recursive: true });
  await copy(state.dir, `${to}.making`);
  writeFileSync(path.join(`${to}.making`, 'state.json'), JSON.stringify(state));
  rmSync(to, { recursive: true, force: true });
  renameSync(`${to}.making`, to);
  await bootAll(state);
}

/** Puts a save back; the lab need not stand. TTLs have gone on running out, as they do while a cluster is off. */
export async function restore(name: string, save: string): Promise<LabState> {
  const from = path.join(savesDir(name), save);
  if (!existsSync(from))
    throw new LabError(`lab ${name} has no save ${save}: ${labSaves(name).join(', ') || 'none'}`);
  const saved = JSON.parse(readFileSync(path.join(from, 'state.json'), 'utf8')) as LabState;
  const now = readState(name);
  // Addresses are in certificates and in etcd's data: a lab that stands on others is taken down, not adapted.
  const stands = now?.phase === 'up' && now.network === saved.network;
  if (!stands) await labDown(name);
  if (!existsSync(saved.base))
    throw new LabError(`save ${save} stands on ${saved.base}, which is gone: make it anew`);
  const state: LabState = { ...saved, cgroups: labCgroups(name), phase: 'making' };
  writeState(state);
  if (stands)
    await Promise.all(labHosts(now.spec, now.network).map(async (host) => killMachine(state, host)));
  else await makeNetwork(state);
  rmSync(state.dir, { recursive: true, force: true });
  mkdirSync(path.dirname(state.dir), { recursive: true });
  await copy(from, state.dir);
  rmSync(path.join(state.dir, 'state.json'));
  await bootAll(state);
  const up: LabState = { ...state, phase: 'up' };
  writeState(up);
  return up;
}

export function labSaves(name: string): readonly string[] {
  return existsSync(savesDir(name))
    ? readdirSync(savesDir(name)).filter((save) => !save.endsWith('.making'))
    : [];
}

export function labForget(name: string, save: string): void {
  assertLabName(save);
  rmSync(path.join(savesDir(name), save), { recursive: true, force: true });
  if (existsSync(savesDir(name)) && readdirSync(savesDir(name)).length === 0) rmdirSync(savesDir(name));
}

/** Owners, times and overlayfs's own marks are kept; holes stay holes (etcd's WAL is 64 MiB of mostly nothing). */
async function copy(from: string, to: string): Promise<void> {
  await run(['cp', '-a', '--sparse=always', '--reflink=auto', from, to]);
}

function standing(name: string): LabState {
  const state = readState(name);
  if (state?.phase !== 'up') throw new LabError(`there is no lab ${name} to save`);
  return state;
}
