import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, NO_TARGET, type Intent, type Session } from '@pawl/engine';
import type { HostFences, SeenHost } from '@pawl/fleet';
import { HostError, type ClosedRun, type Fence, type HostEntry } from '@pawl/hosts';
import type { World } from './world';

/** What the tests put on the toy's hosts: a file each. */
export interface ToyHostState {
  readonly fence?: Fence;
  readonly running?: readonly string[];
  readonly held?: SeenHost['held'];
  readonly closed?: readonly ClosedRun[];
  readonly unreachable?: boolean;
  /** The directory of its jobs was removed. */
  readonly jobsGone?: boolean;
}

export function putOnHost(world: World, host: string, state: ToyHostState): void {
  writeFileSync(join(world.folder, `host-${host}`), JSON.stringify(state));
}

export function onHost(world: World, host: string): ToyHostState {
  const file = join(world.folder, `host-${host}`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ToyHostState) : {};
}

interface KeptJob {
  readonly host: string;
  readonly run: string;
  readonly intent: string;
  readonly text: string;
}

/** What a job of the toy keeps, as the guard would keep it: a line each. Steps of no host keep theirs on the first one. */
export function keepJob(world: World, session: Session, intent: Intent): void {
  const { run, machineId, machineVersion, choices } = session;
  const text = canonicalJson({ machineId, machineVersion, choices, intent, standing: session.standing() });
  const host = intent.target === NO_TARGET ? 'etcd1' : intent.target;
  appendFileSync(join(world.folder, 'jobs'), `${JSON.stringify({ host, run, intent: intent.id, text })}\n`);
}

export function keptJobs(world: World): readonly KeptJob[] {
  const file = join(world.folder, 'jobs');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  // Taken up again, it is the same job.
  return [
    ...new Map(lines.map((line) => JSON.parse(line) as KeptJob).map((job) => [job.intent, job])).values(),
  ];
}

/** As `hostFences`, over these files. What the guard does is tested with the guard. */
export function toyFences(world: World, entries: readonly HostEntry[]): HostFences {
  return {
    look: async () =>
      entries.map(({ name: host }) => {
        const { fence, running = [], held = [], closed = [], unreachable, jobsGone } = onHost(world, host);
        return unreachable === true
          ? { host, error: new HostError('E_UNREACHABLE', `${host} does not answer`, { host }) }
          : ({
              ...{ host, fence, running, held, closed },
              ...(jobsGone === true && { jobsGone: new HostError('E_JOBS_GONE', 'gone', { host }) }),
            } satisfies SeenHost);
      }),
    kept: async (host, run) => keptJobs(world).filter((job) => job.host === host && job.run === run),
    open: async (host, { run, claim, by, reason }) => {
      const { fence, closed = [], ...rest } = onHost(world, host);
      if (fence?.run !== run || fence.claim !== claim)
        throw new HostError('E_FENCED', `${host} is not ${run}'s`, { host });
      const record: ClosedRun = {
        ...{ run, claim, by, reason, outcome: 'abandoned', owner: fence.owner },
        at: '2026-11-24T10:00:00Z',
      };
      putOnHost(world, host, { ...rest, closed: [...closed, record] });
      return 'opened';
    },
  };
}
