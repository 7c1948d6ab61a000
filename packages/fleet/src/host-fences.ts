import {
  HostError,
  readClosedRuns,
  readIntents,
  readTraces,
  type ClosedRun,
  type Fence,
  type FenceOpening,
  type Hosts,
  type KeptIntent,
  type Traces,
} from '@pawl/hosts';

/** What one host says of the runs on it. */
export interface SeenHost {
  readonly host: string;
  /** Undefined: nobody holds the host. */
  readonly fence: Fence | undefined;
  /** Jobs of the run that was asked about, else of the one that the fence names, which go on there now. */
  readonly running: readonly string[];
  /** Why nothing is known of its jobs: `E_JOBS_GONE`. Its fence stands, and what the run began there was removed. */
  readonly jobsGone?: HostError;
  /** Units that are kept from starting, and by which run. */
  readonly held: Traces['held'];
  readonly closed: readonly ClosedRun[];
}

export interface UnseenHost {
  readonly host: string;
  readonly error: HostError;
}

/** The fences of the hosts of an inventory, whosever they are: what a colleague without the run's database looks at. */
export interface HostFences {
  /** Asks all hosts at once. Reads only; one that does not answer is told with its error. */
  look(run?: string): Promise<readonly (SeenHost | UnseenHost)[]>;
  /** What each job of a run keeps on a host: enough to rebuild the run. Reads only. */
  kept(host: string, run: string): Promise<readonly KeptIntent[]>;
  /** As `Hosts.openFence`. */
  open(host: string, opening: FenceOpening): Promise<'opened' | 'already'>;
}

export function hostFences(hosts: Hosts): HostFences {
  return {
    look: (run) => Promise.all(hosts.names.map((host) => seenOrNot(hosts, host, run))),
    kept: (host, run) => readIntents(hosts.reading(host), run),
    open: (host, opening) => hosts.openFence(host, opening),
  };
}

export function isSeen(host: SeenHost | UnseenHost): host is SeenHost {
  return !('error' in host);
}

async function seenOrNot(
  hosts: Hosts,
  host: string,
  run: string | undefined,
): Promise<SeenHost | UnseenHost> {
  try {
    const fence = await hosts.fence(host);
    const of = run ?? fence?.run;
    const jobs = of === undefined ? [] : await hosts.jobs(host, of).catch(onlyGone);
    const reading = hosts.reading(host);
    return {
      ...{ host, fence, held: (await readTraces(reading)).held, closed: await readClosedRuns(reading) },
      ...(jobs instanceof HostError
        ? { running: [], jobsGone: jobs }
        : { running: jobs.filter(({ state }) => state === 'running').map(({ intent }) => intent) }),
    };
  } catch (error) {
    if (error instanceof HostError) return { host, error };
    throw error;
  }
}

/** Whoever gives the run up must see the fence all the same. */
function onlyGone(error: unknown): HostError {
  if (error instanceof HostError && error.code === 'E_JOBS_GONE') return error;
  throw error;
}
