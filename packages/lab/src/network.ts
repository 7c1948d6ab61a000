import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './run';
import { runDir, type LabState } from './state';
import type { LabHost } from './spec';

const netnsDir = '/run/netns';
const mountIsOurs = path.join(runDir, '.netns-mount-is-ours');

/** argv prefix that runs a command in the lab's network. (Not `ip netns exec`: it mounts another /sys.) */
export function enterNetwork(state: LabState): string[] {
  return ['nsenter', `--net=${netnsDir}/${state.netns}`];
}

/** A network namespace with a bridge. The machine's own network is not touched; dropping the namespace drops all of it. */
export async function makeNetwork(state: LabState): Promise<void> {
  // The first `ip netns add` on a machine leaves a mount on /run/netns: remembered, to be taken back by the last lab.
  if (!isMountPoint(netnsDir)) writeFileSync(mountIsOurs, '');
  await run(['ip', 'netns', 'add', state.netns]);
  const ip = async (...args: string[]): Promise<unknown> => run(['ip', '-n', state.netns, ...args]);
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0');
  await ip('addr', 'add', `198.18.${state.network}.1/24`, 'dev', 'br0');
  await ip('link', 'set', 'br0', 'up');
}

export async function removeNetwork(state: LabState): Promise<void> {
  if (existsSync(path.join(netnsDir, state.netns))) await run(['ip', 'netns', 'delete', state.netns]);
  if (existsSync(mountIsOurs) && existsSync(netnsDir) && readdirSync(netnsDir).length === 0) {
    if (isMountPoint(netnsDir)) await run(['umount', netnsDir]);
    rmSync(mountIsOurs);
  }
}

/** The host's port on the bridge, as nspawn names it. */
export const bridgePort = (host: LabHost): string => `vb-${host.name}`;

/** Pulls the host's cable: connections hang, they are not refused. */
export async function cutHost(state: LabState, host: LabHost): Promise<void> {
  await run(['ip', '-n', state.netns, 'link', 'set', bridgePort(host), 'down']);
}

/** Plugs it in again, and lifts every cut between this host and another. */
export async function healHost(state: LabState, host: LabHost): Promise<void> {
  await run(['ip', '-n', state.netns, 'link', 'set', bridgePort(host), 'up']);
  await writeCuts(
    state,
    readCuts(state).filter((pair) => !pair.includes(host.address)),
  );
}

/** Two hosts no longer hear each other; both are heard by all others. */
export async function cutBetween(state: LabState, one: LabHost, other: LabHost): Promise<void> {
  await writeCuts(state, [...readCuts(state), [one.address, other.address]]);
}

type Pair = readonly [string, string];
const cutsFile = (state: LabState): string => path.join(runDir, state.spec.name, 'cuts.json');

function readCuts(state: LabState): readonly Pair[] {
  return existsSync(cutsFile(state)) ? (JSON.parse(readFileSync(cutsFile(state), 'utf8')) as Pair[]) : [];
}

/** The table is written whole each time: what stands in the file is what the bridge drops. */
async function writeCuts(state: LabState, cuts: readonly Pair[]): Promise<void> {
  const drops = cuts.flatMap(([a, b]) => [
    `ip saddr ${a} ip daddr ${b} drop`,
    `ip saddr ${b} ip daddr ${a} drop`,
  ]);
  const chain = ['chain forward {', 'type filter hook forward priority 0; policy accept;', ...drops, '}'];
  // Named first, so that there is one to delete.
  const empty = ['table bridge pawl_lab', 'delete table bridge pawl_lab'];
  const table = [...empty, 'table bridge pawl_lab {', ...chain, '}', ''].join('\n');
  await run([...enterNetwork(state), 'nft', '-f', '-'], { stdin: table });
  writeFileSync(cutsFile(state), JSON.stringify(cuts));
}

function isMountPoint(dir: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[4] === dir);
}
