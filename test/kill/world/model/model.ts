import { failed, said, type Answer, type Call } from '../calls';
import { timeOn } from '../host-clock';
import { comeUp } from './come-up';
import { curlEtcd } from './curl';
import { ETCD_VERSION, type EtcdWorld } from './etcd-world';
import { etcdctl } from './etcdctl';
import { readiness } from './masters';
import { endProcess, giveProcess, startUnit } from './run-unit';
import { reachedFrom, runningOn } from './running';
import type { ModelState } from './state';
import { systemctl } from './systemctl';
import { unitsOf, type Units } from './units';

/** One for a world: answers every program that the hosts call, one call after the other. */
export interface Model {
  answer(call: Call): Promise<Answer | 'never'>;
  /** Units that were up have their processes again. */
  revive(): Promise<void>;
  start(host: string, unit: string): Promise<void>;
  /** All that the host's systemd had in memory is gone, and every process. */
  crash(host: string): Promise<void>;
  /** Starts what a boot starts: units that are enabled, and not held. */
  boot(host: string): Promise<void>;
  /** Of units, by their ids on the host. */
  processes(host: string): readonly number[];
  comeUp(): void;
  close(): Promise<void>;
}

export function createModel(dir: string, state: ModelState, keeperOf: (host: string) => number): Model {
  const units = unitsOf(dir, state, keeperOf);
  let last: Promise<unknown> = Promise.resolve();
  return {
    answer(call) {
      const mine = last.then(() => program(units, call));
      last = mine.catch(() => undefined);
      return mine;
    },
    async revive() {
      for (const { host, name, unit } of units.all())
        if (unit.process !== undefined) await giveProcess(units, host, name, unit);
      units.keep();
    },
    async start(host, unit) {
      const why = await startUnit(units, host, `${unit}.service`);
      if (why !== undefined) throw new Error(`${unit} on ${host}: ${why}`);
    },
    async crash(host) {
      for (const name of Object.keys(units.on(host))) {
        await endProcess(units, host, name);
        delete units.on(host)[name];
      }
      units.effect(host, 'reboot');
      units.keep();
    },
    async boot(host) {
      for (const name of units.bootable(host)) await startUnit(units, host, name, ' at boot');
    },
    processes: (host) => Object.values(units.on(host)).flatMap(({ process }) => process?.pid ?? []),
    comeUp: () => comeUp(units, Date.now()),
    async close() {
      await last;
      await Promise.all([...units.live.values()].map((live) => live.end()));
    },
  };
}

async function program(units: Units, call: Call): Promise<Answer | 'never'> {
  switch (call.name) {
    case 'systemctl':
      return systemctl(units, call);
    case 'etcdctl':
      return etcdctl(etcdWorld(units), call);
    case 'curl':
      return call.args.includes('-K') ? curlEtcd(etcdWorld(units), call) : askMaster(units, call.host);
    case 'etcd':
      return said(
        `etcd Version: ${ETCD_VERSION}\nGit SHA: 1674e682f\nGo Version: go1.19.8\nGo OS/Arch: linux/amd64\n`,
      );
    case 'openshift':
      return said('openshift v3.6.173.0.21\nkubernetes v1.6.1+5115d708d7\netcd 3.2.1\n');
    case 'journalctl':
      return said('');
    default:
      return failed(`the model knows no ${call.name}\n`, 99);
  }
}

function etcdWorld(units: Units): EtcdWorld {
  return {
    tree: (host) => units.tree(host),
    reached: (call, url) => reachedFrom(units, call, url),
    running: () => runningOn(units),
    effect: (host, what) => {
      units.effect(host, what);
      if (MOVES.test(what)) tellBootable(units);
    },
    now: () => Date.now(),
    timeOn: (host) => timeOn(units.tree(host)),
  };
}

function askMaster(units: Units, host: string): Answer {
  comeUp(units, Date.now());
  const api = Object.entries(units.on(host)).find(([name]) => name.endsWith('-master-api.service'))?.[1];
  return readiness(api?.process !== undefined, api?.ready === true);
}

/** While this is done to data, nothing that stands still may come up by itself. */
const MOVES = /^(migrate|member add|lease grant)/;

function tellBootable(units: Units): void {
  for (const host of units.hosts)
    for (const name of units.bootable(host))
      if (units.unit(host, name).process === undefined) units.effect(host, `${name} is not held`);
}
