import { existsSync, readFileSync } from 'node:fs';
import { failed, said, type Answer, type Call } from '../calls';
import { addEffect } from '../effects';
import { onHost, treeOf } from '../host-tree';
import { curlEtcd } from './curl';
import { clusterOf, startEtcd, type Running } from './etcd';
import { ETCD_VERSION, etcdctl, type EtcdWorld } from './etcdctl';
import { backendIn, canServe, firstCluster, readiness, serve } from './masters';
import { startLive, type Live } from './processes';
import { writeState, type EtcdProcess, type ModelState, type Unit } from './state';
import { systemctl, type Systemd } from './systemctl';
import { commandOf, enabledAs, environmentOf, loadUnit, unitFiles } from './unit-file';

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
  refresh(): void;
  close(): Promise<void>;
}

export function createModel(dir: string, state: ModelState, keeperOf: (host: string) => number): Model {
  const live = new Map<string, Live>();
  const tree = (host: string): string => treeOf(dir, host);
  const now = (): number => Date.now();
  const keep = (): void => writeState(dir, state);
  const effect = (host: string, what: string): void => addEffect(dir, { host, what });

  const unitOf = (host: string, name: string): Unit => {
    const { units } = state.hosts.find((each) => each.name === host)!;
    const known = units[name];
    if (known !== undefined) return known;
    const loaded = loadUnit(tree(host), name);
    const unit = { loaded, failed: false, ready: false };
    if (loaded.fragment !== '') units[name] = unit;
    return unit;
  };
  const running = (): readonly Running[] =>
    state.hosts.flatMap(({ name, units }) =>
      Object.values(units).flatMap(({ etcd, process }) =>
        etcd === undefined || process === undefined
          ? []
          : [{ ...etcd, host: name, member: `${onHost(tree(name), etcd.dataDir)}/member` }],
      ),
    );
  const reached: EtcdWorld['reached'] = ({ host, net }, url) => {
    const { units } = state.hosts.find((each) => each.name === host)!;
    const scratch = Object.values(units).find(
      (unit) => unit.etcd?.isolated === true && unit.process?.net === net,
    );
    return running().find((each) =>
      scratch === undefined
        ? !each.isolated && each.clientUrl === url
        : each.host === host && each.isolated && each.clientUrl === url,
    );
  };
  const etcdWorld: EtcdWorld = { tree, reached, running, effect, now };

  const isUp = (host: string, { dataDir }: EtcdProcess): boolean => {
    const all = running();
    const me = all.find((each) => each.host === host && each.dataDir === dataDir);
    return me !== undefined && clusterOf(me, all, now()).quorum;
  };
  const refresh = (): void => {
    const cluster = firstCluster(running(), now());
    for (const { name: host, units } of state.hosts)
      for (const [name, unit] of Object.entries(units)) {
        if (unit.process === undefined || unit.ready) continue;
        if (unit.etcd !== undefined) unit.ready = isUp(host, unit.etcd);
        else if (unit.backend === undefined) unit.ready = true;
        else if (cluster !== undefined && canServe(unit.backend, cluster)) {
          unit.ready = true;
          if (!name.includes('controllers')) serve(unit.backend, host, cluster, now());
        }
        if (unit.ready) keep();
      }
  };

  const end = async (host: string, name: string): Promise<void> => {
    await live.get(`${host} ${name}`)?.end();
    live.delete(`${host} ${name}`);
  };

  /** The unit's process, on what the unit was started with. */
  const spawnLive = async (host: string, name: string, unit: Unit): Promise<void> => {
    const env = environmentOf(tree(host), unit.loaded);
    const [, ...args] = commandOf(unit.loaded, env);
    const process = await startLive(keeperOf(host), {
      ...{ env, args, privateNetwork: unit.loaded.privateNetwork },
      ...(unit.etcd !== undefined && { db: `${unit.etcd.dataDir}/member/snap/db` }),
      onEnd: () => {
        unit.failed = true;
        unit.ready = false;
        delete unit.process;
        keep();
      },
    });
    live.set(`${host} ${name}`, process);
    const { pid, net, startedUs } = process;
    unit.process = { pid, net, startedUs };
  };

  /** @returns why it ended at once */
  const start = async (host: string, name: string, how = ''): Promise<string | undefined> => {
    const unit = unitOf(host, name);
    if (unit.process !== undefined) return undefined;
    Object.assign(unit, { failed: false, ready: false });
    const env = environmentOf(tree(host), unit.loaded);
    const command = commandOf(unit.loaded, env);
    const effects: string[] = [];
    const what = `start ${name.replace(/\.service$/, '')}${how}`;
    try {
      if (command[0]?.endsWith('/etcd') === true) {
        const others = running().filter(({ isolated }) => !isolated);
        const started = startEtcd(
          tree(host),
          env,
          unit.loaded.privateNetwork,
          unit.loaded.privateNetwork ? [] : others,
        );
        unit.etcd = started.etcd;
        effects.push(what, ...started.effects);
      } else {
        const config = command.find((word) => word.startsWith('--config='))?.slice('--config='.length) ?? '';
        unit.backend = backendIn(readFileSync(onHost(tree(host), config), 'utf8'));
        effects.push(`${what} on ${unit.backend}`);
      }
      await spawnLive(host, name, unit);
      for (const each of effects) effect(host, each);
      return undefined;
    } catch (error) {
      unit.failed = true;
      effect(host, `failed to start ${name}: ${(error as Error).message}`);
      return (error as Error).message;
    } finally {
      refresh();
      keep();
    }
  };

  const systemd: Systemd = {
    tree,
    unit: unitOf,
    start,
    refresh,
    reload(host) {
      const { units } = state.hosts.find((each) => each.name === host)!;
      for (const [name, unit] of Object.entries(units)) {
        unit.loaded = loadUnit(tree(host), name);
        if (unit.loaded.fragment === '' && unit.process === undefined) delete units[name];
      }
      keep();
    },
    async stop(host, name, how) {
      const unit = unitOf(host, name);
      if (unit.process === undefined) return;
      await end(host, name);
      delete unit.process;
      unit.ready = false;
      unit.failed = how === 'kill';
      effect(host, `${how} ${name.replace(/\.service$/, '')}`);
      keep();
    },
  };

  const program = async (call: Call): Promise<Answer | 'never'> => {
    switch (call.name) {
      case 'systemctl':
        return systemctl(systemd, call);
      case 'etcdctl':
        return etcdctl(etcdWorld, call);
      case 'etcd':
        return said(
          `etcd Version: ${ETCD_VERSION}\nGit SHA: 1674e682f\nGo Version: go1.19.8\nGo OS/Arch: linux/amd64\n`,
        );
      case 'openshift':
        return said('openshift v3.6.173.0.21\nkubernetes v1.6.1+5115d708d7\netcd 3.2.1\n');
      case 'journalctl':
        return said('');
      case 'curl': {
        if (call.args.includes('-K')) return curlEtcd(etcdWorld, call);
        refresh();
        const { units } = state.hosts.find((each) => each.name === call.host)!;
        const api = Object.entries(units).find(([name]) => name.endsWith('-master-api.service'))?.[1];
        return readiness(api?.process !== undefined, api?.ready === true);
      }
      default:
        return failed(`the model knows no ${call.name}\n`, 99);
    }
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    answer(call) {
      const mine = last.then(() => program(call));
      last = mine.catch(() => undefined);
      return mine;
    },
    async revive() {
      for (const { name: host, units } of state.hosts)
        for (const [name, unit] of Object.entries(units))
          if (unit.process !== undefined) await spawnLive(host, name, unit);
      keep();
    },
    async start(host, unit) {
      const why = await start(host, `${unit}.service`);
      if (why !== undefined) throw new Error(`${unit} on ${host}: ${why}`);
    },
    async crash(host) {
      const { units } = state.hosts.find((each) => each.name === host)!;
      for (const name of Object.keys(units)) {
        await end(host, name);
        delete units[name];
      }
      effect(host, 'reboot');
      keep();
    },
    async boot(host) {
      for (const name of unitFiles(tree(host))) {
        const { loaded } = unitOf(host, name);
        const held = loaded.asserts.some((file) => !existsSync(onHost(tree(host), file)));
        if (enabledAs(tree(host), name, loaded) === 'enabled' && !held) await start(host, name, ' at boot');
      }
    },
    processes: (host) =>
      Object.values(state.hosts.find((each) => each.name === host)!.units).flatMap(
        ({ process }) => process?.pid ?? [],
      ),
    refresh,
    async close() {
      await last;
      await Promise.all([...live.values()].map((process) => process.end()));
    },
  };
}
