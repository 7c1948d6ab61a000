import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { baseImage } from './base-image';
import { bootAll } from './boot-all';
import { labCgroups } from './cgroups';
import { makeDisks } from './disks';
import { labDown } from './down';
import { writeHosts } from './host-files/write-hosts';
import { Lab } from './lab';
import { LabError } from './lab-error';
import { makeNetwork } from './network';
import { ensureLabPackages, labAvailable } from './packages';
import { restore } from './save-load';
import { assertSpec, networkNumber, type LabSpec } from './spec';
import { allStates, labsDir, readState, writeState, type LabState } from './state';

/**
 * A new lab: every machine booted, ssh answers, etcd healthy. The masters' services wait for `fill` and `startMasters`.
 * What a dead lab of this name left is removed first; a standing one is refused, or with `replace` taken down.
 */
export async function labUp(
  spec: LabSpec,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<Lab> {
  assertSpec(spec);
  const available = labAvailable();
  if (!available.ok) throw new LabError(`no lab can stand here: ${available.why}`);
  await ensureLabPackages();
  await removeRemains(spec.name, replace);
  const state = await planState(spec);
  writeState(state);
  try {
    mkdirSync(path.dirname(state.dir), { recursive: true });
    await Promise.all([writeHosts(state), makeNetwork(state)]);
    await makeDisks(state);
    await bootAll(state);
    const up: LabState = { ...state, phase: 'up' };
    writeState(up);
    return new Lab(up);
  } catch (error) {
    if (process.env['PAWL_LAB_KEEP'] === '1') throw error;
    await labDown(spec.name);
    throw new LabError(`lab ${spec.name} did not come up and was taken away (PAWL_LAB_KEEP=1 keeps it)`, {
      cause: error,
    });
  }
}

/** Puts a save back and attaches; the lab need not stand. */
export async function labLoad(name: string, save: string): Promise<Lab> {
  return new Lab(await restore(name, save));
}

async function planState(spec: LabSpec): Promise<LabState> {
  const etcdBin = spec.etcdBin ?? process.env['PAWL_LAB_ETCD_BIN'];
  return {
    version: 1,
    spec: { ...spec, ...(etcdBin === undefined || etcdBin === '' ? {} : { etcdBin: path.resolve(etcdBin) }) },
    network: networkNumber(spec.name, new Set(allStates().map((state) => state.network))),
    dir: path.join(labsDir(), 'labs', spec.name),
    netns: `pawl-lab-${spec.name}`,
    cgroups: labCgroups(spec.name),
    phase: 'making',
    base: await baseImage(),
  };
}

async function removeRemains(name: string, replace: boolean): Promise<void> {
  const old = readState(name);
  if (old?.phase === 'up' && !replace && new Lab(old).running().length > 0) {
    throw new LabError(`lab ${name} is up: attach to it, or take it down first ("lab down --name ${name}")`);
  }
  await labDown(name);
}
