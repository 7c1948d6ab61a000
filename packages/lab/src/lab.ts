import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { pidOutside, remoteLine } from './controller-host';
import { labDown } from './down';
import { v2dump, v3dump } from './dump/dump';
import type { V2Entry, V3Entry } from './dump/entries';
import { execInside, type ExecOptions } from './exec-inside';
import { controllerDir } from './host-files/write-hosts';
import { fill, type FillReport } from './fill/fill';
import type { FillOptions } from './fill/fill-keys';
import { masterUnits } from './host-files/master-files';
import { LabError } from './lab-error';
import { bootMachine, crashMachine, isRunning, leaderPid } from './machine';
import { cutBetween, cutHost, enterNetwork, healHost } from './network';
import { observe, type Observer } from './observer/observer';
import { startProbe, type OutageProbe, type ProbeOptions } from './probe/probe';
import { apiGet, waitForApi, waitForSsh, type HttpAnswer } from './ready';
import type { RunResult } from './run';
import { isMaster, labHosts, type LabHost, type LabSpec } from './spec';
import { keep, restore } from './save-load';
import { readState, type LabState } from './state';
import { waitUntil } from './wait-until';

export interface AsController {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Undefined where the process that is started is the controller itself. */
  readonly kill: (() => void) | undefined;
}

/** A standing lab. It holds nothing but the lab's state: any process may attach, and none has to stay. */
export class Lab {
  constructor(private state: LabState) {}

  get name(): string {
    return this.state.spec.name;
  }

  get spec(): LabSpec {
    return this.state.spec;
  }

  get hosts(): readonly LabHost[] {
    return labHosts(this.state.spec, this.state.network);
  }

  /** Hosts' layers, certificates, the controller's directory. */
  get dir(): string {
    return this.state.dir;
  }

  /** HOME of whoever drives the lab: key, inventory, known_hosts. */
  get controllerDir(): string {
    return controllerDir(this.state);
  }

  get inventoryPath(): string {
    return path.join(this.controllerDir, 'inventory.ini');
  }

  /** argv prefix that runs a command in the lab's network. */
  get enter(): readonly string[] {
    return enterNetwork(this.state);
  }

  host(name: string): LabHost {
    const host = this.hosts.find((one) => one.name === name);
    if (host === undefined) {
      throw new LabError(
        `lab ${this.name} has no host ${name}: ${this.hosts.map((one) => one.name).join(', ')}`,
      );
    }
    return host;
  }

  /**
   * How a command is run as whoever drives the lab: in the lab's network with the controller's environment, or, where Pawl runs on
   * a host, by ssh as the one who is logged in there. `kill` ends it at one stroke wherever it runs.
   */
  asController(
    argv: readonly string[],
    env: Readonly<Record<string, string>> = {},
    tty = false,
  ): AsController {
    const { controller } = this.state.spec;
    if (controller === undefined) {
      return { argv: [...this.enter, ...argv], env: { ...this.controllerEnv(), ...env }, kill: undefined };
    }
    const pidFile = path.join(this.controllerDir, `pid-${randomBytes(4).toString('hex')}`);
    const line = remoteLine({ argv, env: { HOME: this.controllerDir, ...env }, pidFile });
    return {
      argv: this.ssh(controller, [line], tty ? ['-tt'] : []),
      env: process.env,
      kill: () => {
        const pid = pidOutside(this.state, this.host(controller), pidFile);
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      },
    };
  }

  /** Environment of a controller: its HOME is the lab's, where `.ssh/known_hosts` names the lab's hosts. No agent. */
  controllerEnv(): NodeJS.ProcessEnv {
    const { SSH_AUTH_SOCK: _agent, ...env } = process.env;
    return { ...env, HOME: this.controllerDir };
  }

  async exec(host: string, argv: readonly string[], options?: ExecOptions): Promise<RunResult> {
    return execInside(this.state, this.host(host), argv, options);
  }

  /** argv of an ssh session as the inventory's user. */
  ssh(host: string, argv: readonly string[] = [], more: readonly string[] = []): string[] {
    const key = path.join(this.controllerDir, 'id_ed25519');
    const hosts = path.join(this.controllerDir, 'known_hosts');
    const options = [
      '-F',
      'none',
      '-i',
      key,
      '-o',
      `UserKnownHostsFile=${hosts}`,
      '-o',
      'IdentitiesOnly=yes',
    ];
    const user = this.state.spec.loginUser ?? 'pawl';
    return [...this.enter, 'ssh', ...options, ...more, `${user}@${this.host(host).address}`, ...argv];
  }

  running(): readonly LabHost[] {
    return this.hosts.filter((host) => isRunning(this.state, host));
  }

  /** The power fails: kill -9 of the machine's PID 1. */
  async crash(host: string): Promise<void> {
    await crashMachine(this.state, this.host(host));
  }

  /** Power on; returns when ssh answers. etcd may need its peers: it is not waited for. */
  async boot(host: string): Promise<void> {
    bootMachine(this.state, this.host(host));
    await waitForSsh(this.state, this.host(host));
  }

  /** An orderly reboot from inside; returns when the machine has come back. */
  async reboot(host: string): Promise<void> {
    const before = leaderPid(this.state, this.host(host));
    await this.exec(host, ['systemctl', 'reboot', '--no-block'], { allowFailure: true });
    await waitUntil(
      `${host} has begun anew`,
      () =>
        Promise.resolve(
          isRunning(this.state, this.host(host)) && leaderPid(this.state, this.host(host)) !== before,
        ),
      { timeoutMs: 120_000 },
    );
    await waitForSsh(this.state, this.host(host));
  }

  async cut(host: string): Promise<void> {
    await cutHost(this.state, this.host(host));
  }

  async cutBetween(one: string, other: string): Promise<void> {
    await cutBetween(this.state, this.host(one), this.host(other));
  }

  async heal(host: string): Promise<void> {
    await healHost(this.state, this.host(host));
  }

  /** Enables and starts the masters' services; returns when every API is ready. */
  async startMasters(): Promise<void> {
    const masters = this.hosts.filter(isMaster);
    const units = masterUnits(this.state.spec).map((unit) => `${unit}.service`);
    await Promise.all(
      masters.map(async (host) => {
        await this.exec(host.name, ['systemctl', 'enable', ...units]);
        // Type=notify: a blocking start would wait for etcd, on each master in turn.
        await this.exec(host.name, ['systemctl', 'start', '--no-block', ...units]);
        await waitForApi(this.state, host);
      }),
    );
  }

  async fill(options?: FillOptions): Promise<FillReport> {
    return fill(this.state, options);
  }

  async v2dump(): Promise<Map<string, V2Entry>> {
    return v2dump(this.state);
  }

  async v3dump(host: string): Promise<Map<string, V3Entry>> {
    return v3dump(this.state, this.host(host));
  }

  async observer(file?: string): Promise<Observer> {
    return observe(this.state, file);
  }

  async probe(options?: ProbeOptions): Promise<OutageProbe> {
    return startProbe(this.state, options);
  }

  /** Keeps the whole lab under this name (machines are shut down and booted again); put back by `load`. */
  async save(name: string): Promise<void> {
    await keep(this.name, name);
  }

  async load(name: string): Promise<void> {
    this.state = await restore(this.name, name);
  }

  async api(host: string, where: string): Promise<HttpAnswer> {
    return apiGet(this.state, this.host(host), where);
  }

  async down(): Promise<void> {
    await labDown(this.name);
  }
}

/** A lab that another process has put up. */
export async function labAttach(name: string): Promise<Lab> {
  const state = readState(name);
  if (state?.phase !== 'up') throw new LabError(`there is no lab ${name}: "lab up --name ${name}"`);
  return Promise.resolve(new Lab(state));
}
