import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  type FaultPoint,
  type Fleet,
  type KeptJob,
  type LostRun,
  type HostJob,
  type Intent,
  type JsonObject,
  type Session,
} from '@pawl/engine';

/** Reading hands of the tiny machines: what stands in the world's files. */
export interface Look {
  /** Every effect so far, `HOST WHAT`, in order. */
  effects(): readonly string[];
  /** Exit of the job that was started with a one-shot key: undefined if none was, null if it has not exited. */
  once(key: string): number | null | undefined;
}

export interface Hand extends Look {
  /** One guarded change of the step's target. An effect that begins under an intent begins once. @returns its exit */
  change(what: string, options?: { readonly exit?: number; readonly once?: string }): Promise<number>;
}

/**
 * A world of files that outlives its controller: a folder per job, a line per effect. A job that was started comes to its end
 * whether or not the controller lives; that is what the next session finds.
 */
export function fakeFleet(world: string, overrides: Partial<Fleet<Look, Hand>> = {}): Fleet<Look, Hand> {
  mkdirSync(join(world, 'jobs'), { recursive: true });
  return {
    attach: async () => {
      for (const job of jobs(world)) finish(job);
      return jobs(world).map((job) => hostJob(job));
    },
    reading: () => look(world),
    working: (session, intent, boundary) => hand(world, session, intent, boundary),
    detach: async () => undefined,
    ...overrides,
  };
}

export function look(world: string): Look {
  return {
    effects: () => linesOf(join(world, 'effects')),
    once: (key) => {
      const job = jobs(world).find((each) => read(join(each, 'once')) === key);
      if (job === undefined) return undefined;
      const exit = read(join(job, 'exited'));
      return exit === undefined ? null : Number(exit);
    },
  };
}

function hand(world: string, session: Session, intent: Intent, boundary: string): Hand {
  const reach: FaultPoint = (name) => session.faultPoint(`${boundary}/host:${name}`);
  return {
    ...look(world),
    async change(what, { exit = 0, once = '' } = {}) {
      const job = join(world, 'jobs', intent.id);
      reach('before');
      if (!existsSync(job))
        start(world, job, { effect: `${intent.target} ${what}`, exit, once, kept: keptBy(session, intent) });
      reach('during');
      finish(job);
      reach('after');
      return Number(read(join(job, 'exited')));
    },
  };
}

interface Started {
  readonly effect: string;
  readonly exit: number;
  readonly once: string;
  readonly kept: string;
}

function start(world: string, job: string, { effect, exit, once, kept }: Started): void {
  if (once !== '' && look(world).once(once) !== undefined) throw new Error(`started twice: ${once}`);
  mkdirSync(job);
  writeFileSync(join(job, 'intent'), kept);
  writeFileSync(join(job, 'once'), once);
  writeFileSync(join(job, 'started'), String(exit));
  appendFileSync(join(world, 'effects'), `${effect}\n`);
}

/** As the guard keeps it in the job. */
function keptBy({ machineId, machineVersion, choices, standing }: Session, intent: Intent): string {
  return canonicalJson({ machineId, machineVersion, choices, intent, standing: standing() });
}

/** What somebody finds who has lost the database: each job, with what it keeps. */
export function lostRun(world: string, run: string): LostRun {
  const found = jobs(world).map((job): KeptJob => {
    const kept = JSON.parse(read(join(job, 'intent')) ?? '{}') as JsonObject;
    return { host: 'world', intent: job.slice(job.lastIndexOf('/') + 1), kept };
  });
  return { run, hosts: ['world'], jobs: found, claims: ['a claim that a fence carries'], closed: [] };
}

function finish(job: string): void {
  const exit = read(join(job, 'started'));
  if (exit !== undefined && !existsSync(join(job, 'exited'))) writeFileSync(join(job, 'exited'), exit);
}

function hostJob(job: string): HostJob {
  const intent = job.slice(job.lastIndexOf('/') + 1);
  return { target: '-', intent, state: existsSync(join(job, 'exited')) ? 'exited' : 'prepared' };
}

function jobs(world: string): readonly string[] {
  return readdirSync(join(world, 'jobs')).map((name) => join(world, 'jobs', name));
}

function linesOf(path: string): readonly string[] {
  return (read(path) ?? '').split('\n').filter((line) => line !== '');
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
