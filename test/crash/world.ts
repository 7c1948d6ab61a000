import {
  labDown,
  labForget,
  labSaves,
  labUp,
  runPawl,
  type ExecEvent,
  type FillOptions,
  type Lab,
  type LabSpec,
  type Observer,
  type PawlResult,
  type V2Entry,
} from '@pawl/lab';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { etcdOf, mastersOf, sh } from '../lab/lab-hosts';
import { watchOriginals } from '../lab/original-at-start';
import { pictureOf, type Picture } from '../lab/picture';
import { PHASES } from './points';

/** Before these phases the masters serve: up to their stop, and once they are started. */
const WITH_MASTERS = [...PHASES.slice(0, PHASES.indexOf('converge')), 'finish', 'original'];

interface Saved {
  /** What the observer saw on the hosts from the beginning of the run until it was saved. */
  readonly events: readonly ExecEvent[];
}

/**
 * A lab on which a run stands before any phase that is asked for: as a real run left it, its hosts booted since. It is run up to
 * there once, and put back from then on.
 */
export class World {
  private readonly saved = new Map<string, Saved>();
  private before_: readonly ExecEvent[] = [];
  private since = 0;
  /** By host, the inode of its original's database. */
  private readonly databases = new Map<string, string>();

  private constructor(
    readonly lab: Lab,
    readonly observer: Observer,
    private readonly picture: Picture,
  ) {}

  static async up(spec: LabSpec, fill: FillOptions): Promise<World> {
    const lab = await labUp(spec, { replace: true });
    await watchOriginals(lab);
    await lab.fill(fill);
    await lab.startMasters();
    await lab.save('original');
    await mastersServe(lab);
    const observer = await lab.observer(`${lab.dir}.observed`);
    const world = new World(lab, observer, await pictureOf(lab));
    world.saved.set('original', { events: [] });
    world.since = Date.now();
    return world;
  }

  async down(): Promise<void> {
    const { name } = this.lab;
    await this.observer.stop();
    rmSync(this.observer.file, { force: true });
    await labDown(name);
    for (const save of labSaves(name)) labForget(name, save);
  }

  get v2(): ReadonlyMap<string, V2Entry> {
    return this.picture.v2;
  }

  /** v2 and the hosts, before any run. The very files, by their inodes, as they were put back last. */
  get original(): Picture {
    const hosts = Object.entries(this.picture.hosts).map(([host, lines]) => [
      host,
      lines.map((line) =>
        line.replace(/^(data \S+\/snap\/db) \d+ /, `$1 ${this.databases.get(host) ?? ''} `),
      ),
    ]);
    return { v2: this.v2, hosts: Object.fromEntries(hosts) as Picture['hosts'] };
  }

  get pointOfNoReturn(): string {
    return `api.${this.lab.name}.lab`;
  }

  pawl(args: readonly string[]): Promise<PawlResult> {
    return runPawl(this.lab, args);
  }

  /** What takes a run that stands before a phase further, or begins one. */
  onward(phase: string): readonly string[] {
    const { inventoryPath } = this.lab;
    return phase === 'original'
      ? ['run', '-i', inventoryPath, '--no-input', '--accept-point-of-no-return', this.pointOfNoReturn]
      : ['resume', '--no-input'];
  }

  /** The run stands before this phase. `original`: there is none. */
  async at(phase: string): Promise<void> {
    if (!this.saved.has(phase)) await this.runUpTo(phase);
    else await this.load(phase);
  }

  /** What was seen on the hosts since the run began, whatever was put back in between. */
  async seen(): Promise<readonly ExecEvent[]> {
    await this.observer.settle();
    return [...this.before_, ...this.observer.events({ since: this.since })];
  }

  private async runUpTo(phase: string): Promise<void> {
    const earlier =
      PHASES.slice(0, PHASES.indexOf(phase)).findLast((one) => this.saved.has(one)) ?? 'original';
    await this.load(earlier);
    const { exit, stderr, stdout } = await this.pawl([...this.onward(earlier), '--pause-before', phase]);
    if (exit !== 4 || !`${stderr}${stdout}`.includes(`told to pause before ${phase}`))
      throw new Error(`the run did not come to ${phase}: exit ${exit}\n${stderr}\n${stdout}`);
    const events = await this.seen();
    await this.lab.save(phase);
    this.saved.set(phase, { events });
    await this.begins(phase);
  }

  private async load(save: string): Promise<void> {
    await this.lab.load(save);
    await this.begins(save);
  }

  private async begins(save: string): Promise<void> {
    // Events that were lost are that cell's failure, not every later one's.
    this.observer.beginAnew();
    if (WITH_MASTERS.includes(save)) await mastersServe(this.lab);
    for (const { name } of etcdOf(this.lab)) {
      const data = '/var/lib/etcd';
      const db = `$(ls -d ${data}/pawl-*/original/member 2>/dev/null || echo ${data}/member)/snap/db`;
      this.databases.set(name, (await sh(this.lab, name, `stat -c %i "${db}"`)).trim());
    }
    this.before_ = this.saved.get(save)?.events ?? [];
    this.since = Date.now();
  }
}

export async function mastersServe(lab: Lab): Promise<void> {
  for (const { name } of mastersOf(lab))
    for (
      let tries = 0;
      (await lab.api(name, '/healthz/ready').catch(() => ({ body: '' }))).body !== 'ok';
      tries += 1
    ) {
      if (tries === 300) throw new Error(`${name} does not serve`);
      await sleep(100);
    }
}

/** Units on a host that are held, and run or are about to: there are none, whatever happened. */
export async function heldAndUp(lab: Lab, host: string): Promise<readonly string[]> {
  const held = await heldUnits(lab, host);
  const up = held.map((unit) => `systemctl is-active ${unit} | grep -qx 'inactive\\|failed' || echo ${unit}`);
  return lines(await sh(lab, host, up.join('\n')));
}

export async function heldUnits(lab: Lab, host: string): Promise<readonly string[]> {
  const holds = lines(await sh(lab, host, 'ls /etc/systemd/system/*.d/00-pawl-hold.conf 2>/dev/null || :'));
  return holds.map((hold) => /([^/]+)\.d\/[^/]+$/.exec(hold)?.[1] ?? hold).sort();
}

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');
