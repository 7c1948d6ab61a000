import { readFileSync } from 'node:fs';
import { onHost } from '../host-tree';
import { comeUp } from './come-up';
import { startEtcd } from './start-etcd';
import { backendIn } from './masters';
import { startLive } from './processes';
import { runningOn } from './running';
import type { Unit } from './state';
import { commandOf, environmentOf } from './unit-file';
import type { Units } from './units';

/**
 * @param how behind the effect's name
 * @returns why it ended at once
 */
export async function startUnit(
  units: Units,
  host: string,
  name: string,
  how = '',
): Promise<string | undefined> {
  const unit = units.unit(host, name);
  if (unit.process !== undefined) return undefined;
  Object.assign(unit, { failed: false, ready: false });
  try {
    const effects = begin(units, host, unit);
    await giveProcess(units, host, name, unit);
    const on = unit.backend === undefined ? '' : ` on ${unit.backend}`;
    for (const what of [`start ${short(name)}${how}${on}`, ...effects]) units.effect(host, what);
    return undefined;
  } catch (error) {
    unit.failed = true;
    units.effect(host, `failed to start ${short(name)}: ${(error as Error).message}`);
    return (error as Error).message;
  } finally {
    comeUp(units, Date.now());
    units.keep();
  }
}

/** What the program does with its data before it is up. */
function begin(units: Units, host: string, unit: Unit): readonly string[] {
  const { loaded } = unit;
  const tree = units.tree(host);
  const env = environmentOf(tree, loaded);
  const command = commandOf(loaded, env);
  if (command[0]?.endsWith('/etcd') === true) {
    const peers = loaded.privateNetwork ? [] : runningOn(units).filter(({ isolated }) => !isolated);
    const { etcd, effects } = startEtcd(tree, env, loaded.privateNetwork, peers);
    unit.etcd = etcd;
    return effects;
  }
  const config = command.find((word) => word.startsWith('--config='))?.slice('--config='.length) ?? '';
  unit.backend = backendIn(readFileSync(onHost(tree, config), 'utf8'));
  return [];
}

/** A real process, for whoever looks for one. */
export async function giveProcess(units: Units, host: string, name: string, unit: Unit): Promise<void> {
  const env = environmentOf(units.tree(host), unit.loaded);
  const [, ...args] = commandOf(unit.loaded, env);
  const live = await startLive(units.keeper(host), {
    ...{ env, args, privateNetwork: unit.loaded.privateNetwork },
    ...(unit.etcd !== undefined && { db: `${unit.etcd.dataDir}/member/snap/db` }),
    onEnd: () => {
      Object.assign(unit, { failed: true, ready: false });
      delete unit.process;
      units.keep();
    },
  });
  units.live.set(`${host} ${name}`, live);
  const { pid, net, startedUs } = live;
  unit.process = { pid, net, startedUs };
}

export async function stopUnit(
  units: Units,
  host: string,
  name: string,
  how: 'stop' | 'kill',
): Promise<void> {
  const unit = units.unit(host, name);
  if (unit.process === undefined) return;
  await endProcess(units, host, name);
  delete unit.process;
  Object.assign(unit, { ready: false, failed: how === 'kill' });
  units.effect(host, `${how} ${short(name)}`);
  units.keep();
}

export async function endProcess(units: Units, host: string, name: string): Promise<void> {
  await units.live.get(`${host} ${name}`)?.end();
  units.live.delete(`${host} ${name}`);
}

const short = (name: string): string => name.replace(/\.service$/, '');
