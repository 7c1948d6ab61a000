import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { helperArgv } from '../helper';
import { pkiDir } from '../host-files/write-hosts';
import { LabError } from '../lab-error';
import { isMaster, labHosts } from '../spec';
import type { LabState } from '../state';
import { waitUntil } from '../wait-until';
import { outages, type OutageReport, type Sample } from './outages';
import type { ProbeOrder } from './probe-worker';

export interface ProbeOptions {
  /** Where the samples go, a line of JSON each. */
  readonly file?: string;
  readonly everyMs?: number;
  /** After this a request counts as failed. */
  readonly timeoutMs?: number;
  /** It stops by itself after this long (default an hour). */
  readonly maxSeconds?: number;
}

/** Begins to ask every master (a write, then a read) each 50 ms; returns when the first samples are there. */
export async function startProbe(state: LabState, options: ProbeOptions = {}): Promise<OutageProbe> {
  const {
    file = path.join(state.dir, 'probe.ndjson'),
    everyMs = 50,
    timeoutMs = 1000,
    maxSeconds = 3600,
  } = options;
  const masters = labHosts(state.spec, state.network).filter(isMaster);
  const order: ProbeOrder = {
    masters,
    ca: path.join(pkiDir(state), 'openshift-ca.crt'),
    file,
    everyMs,
    timeoutMs,
    maxSeconds,
  };
  rmSync(file, { force: true });
  const [command = '', ...args] = helperArgv(state, 'probe/probe-worker.js');
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  // The pipe stays open: the probe ends with us, however we end.
  child.stdin.write(`${JSON.stringify(order)}\n`);
  const probe = new OutageProbe(
    child,
    file,
    masters.map((host) => host.name),
  );
  await waitUntil('the probe asks', () => Promise.resolve(probe.samples().length > 0), { timeoutMs: 15_000 });
  return probe;
}

export class OutageProbe {
  constructor(
    private readonly child: ChildProcess,
    readonly file: string,
    private readonly masters: readonly string[],
  ) {}

  /** What it has seen so far. */
  report(): OutageReport {
    return outages(this.samples(), this.masters);
  }

  samples(): readonly Sample[] {
    if (this.child.exitCode !== null && this.child.exitCode !== 0) {
      throw new LabError(`the outage probe ended with ${this.child.exitCode}`);
    }
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').split('\n');
    // The last line may be half written.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as Sample);
  }

  async stop(): Promise<OutageReport> {
    if (this.child.exitCode === null) {
      const exit = once(this.child, 'exit');
      this.child.stdin?.end();
      await exit;
    }
    return this.report();
  }
}
