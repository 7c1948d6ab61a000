import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, createWriteStream, openSync, rmSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { inCgroup } from '../cgroups';
import { LabError } from '../lab-error';
import { run } from '../run';
import type { LabState } from '../state';
import { waitUntil } from '../wait-until';
import { followLines } from './follow-lines';
import { HostTracker, type Located } from './host-tracker';
import { parseForkstat } from './parse-forkstat';

/** A program that was started on a host of the lab, by whomever. */
export interface ExecEvent extends Located {
  /** Milliseconds since the epoch, when it was read. */
  readonly time: number;
}

export interface EventFilter {
  readonly host?: string;
  readonly argv?: RegExp;
  /** Milliseconds since the epoch. */
  readonly since?: number;
}

/** Starts watching; returns when the first event has come through, so nothing that follows is missed. */
export async function observe(
  state: LabState,
  file = path.join(state.dir, 'observer.ndjson'),
): Promise<Observer> {
  // -r: at real-time priority, or a program of a millisecond is gone before its arguments are read (measured: 8 % were).
  const [command = '', ...args] = inCgroup(state.cgroups, 'helpers', [
    'forkstat',
    '-r',
    '-l',
    '-e',
    'fork,exec',
  ]);
  // Into a file, not a pipe: a full pipe would stop forkstat, and the kernel's queue would run over (measured, at load).
  const raw = `${file}.forkstat`;
  const stdout = openSync(raw, 'w');
  const child = spawn(command, args, { stdio: ['ignore', stdout, 'pipe'] });
  closeSync(stdout);
  const observer = new Observer(state.spec.name, child, createWriteStream(file, { flags: 'a' }), file, raw);
  await observer.settle();
  return observer;
}

/** Watches every exec on this computer from outside and keeps those of the lab's hosts. It outlives reboots of the hosts. */
export class Observer {
  private readonly seen: ExecEvent[] = [];
  private readonly tracker: HostTracker;
  private lost = 0;
  private ended: string | undefined;
  private said = '';
  private readonly lines: { readonly close: () => void };
  private watching = false;
  private stopping = false;
  private readonly awaited = new Set<string>();

  constructor(
    lab: string,
    private readonly child: ChildProcess,
    private readonly out: WriteStream,
    /** Every event as a line of JSON. */
    readonly file: string,
    private readonly raw: string,
  ) {
    this.tracker = new HostTracker(lab);
    child.stderr?.on('data', (chunk: Buffer) => (this.said = (this.said + chunk.toString()).slice(-1000)));
    child.on('error', (error) => (this.ended = error.message));
    this.lines = followLines(raw, (line) => this.read(line));
    child.on('exit', (code, signal) => {
      this.lines.close();
      if (!this.stopping) this.ended = `forkstat ended (${code ?? signal}) ${this.said}`;
    });
  }

  /** Events so far, oldest first. Throws when any was lost: an incomplete record proves nothing. */
  events({ host, argv, since }: EventFilter = {}): readonly ExecEvent[] {
    this.assertComplete();
    return this.seen.filter(
      (event) =>
        (host === undefined || event.host === host) &&
        (argv === undefined || argv.test(event.argv)) &&
        (since === undefined || event.time >= since),
    );
  }

  /** How many programs with such a command line were started on the host (`*`: on any). */
  count(host: string, argv: RegExp): number {
    return this.events({ argv, ...(host === '*' ? {} : { host }) }).length;
  }

  /** Events whose command line, or whose host (`?`), could not be read in time. Count nothing without a look at this. */
  unread(): readonly ExecEvent[] {
    return this.events().filter((event) => event.unread === true);
  }

  /** Returns when everything that happened before this call has been seen. */
  async settle(): Promise<void> {
    const token = `pawl-lab-observer-${randomUUID()}`;
    this.awaited.add(token);
    await waitUntil(
      'the observer sees what happens',
      async () => {
        this.assertComplete();
        if (this.awaited.has(token)) await run(['sh', '-c', 'sleep 0.03', token]);
        return !this.awaited.has(token);
      },
      { timeoutMs: 15_000, everyMs: 30 },
    );
    this.watching = true;
  }

  /** For whoever counts from now on: what was lost before (an overrun, at load) is no fault of what follows. */
  beginAnew(): void {
    this.lost = 0;
  }

  /** What was seen until now stays readable. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.stopping = true;
      const exit = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await exit;
    }
    rmSync(this.raw, { force: true });
    await new Promise<void>((resolve) => this.out.end(resolve));
  }

  private read(line: string): void {
    const event = parseForkstat(line);
    if (event === undefined) return;
    if (event.kind === 'lost') {
      this.lost += 1;
      this.out.write(`${JSON.stringify({ time: Date.now(), lost: true })}\n`);
    }
    if (event.kind === 'exec') this.awaited.delete(event.argv.split(' ').at(-1) ?? '');
    const located = this.tracker.see(event);
    // A process that is older than the watch is nobody's fault.
    if (located === undefined || (located.host === '?' && !this.watching)) return;
    const exec = { time: Date.now(), ...located };
    this.seen.push(exec);
    this.out.write(`${JSON.stringify(exec)}\n`);
  }

  private assertComplete(): void {
    if (this.lost > 0)
      throw new LabError(`the observer lost events (${this.lost} overruns): its record proves nothing`);
    if (this.ended !== undefined) throw new LabError(`the observer is not watching: ${this.ended}`);
  }
}
