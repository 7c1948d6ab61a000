import { InDoubt, type Session } from '@pawl/engine';
import { HostError, type GuardIdentity, type Hosts } from '@pawl/hosts';
import { fenceOf } from './fence-of';
import type { Fences } from './hands';
import { inDoubtWhereItIs } from './in-doubt';

export interface FencesOptions {
  readonly hosts: Hosts;
  readonly session: Session;
  readonly identity: GuardIdentity;
  /** As in `FleetOptions`. */
  readonly plantedBy: string;
  readonly faultPoint: (boundary: string) => void;
}

type Planted = Awaited<ReturnType<Hosts['plantFence']>>;

/** The run's fences on its hosts: one after the other, in the order given, so that the first host decides between two runs. */
export function runFences({ hosts, session, identity, plantedBy, faultPoint }: FencesOptions): Fences {
  const { run } = session;
  const { claim, earlier } = session.claim;
  return {
    async plant(names, readme) {
      // Later plantings find jobs that the engine has compared with its journal when it joined the hosts.
      if (session.facts.find(plantedBy) === undefined) await refuseEarlierJobs(hosts, names, session);
      faultPoint('host:before');
      const done = new Map<string, Planted>();
      for (const name of names) {
        const planted = await hosts
          .plantFence(name, fenceOf(session), earlier)
          .catch(async (error: unknown) => {
            throw await takenBack(hosts, run, claim, done, error);
          });
        done.set(name, planted);
        if (done.size === 1) faultPoint('host:during');
      }
      for (const name of names) {
        await hosts.writeReadme(name, identity, readme(name)).catch(inDoubtWhereItIs);
      }
      faultPoint('host:after');
    },
    async close(names, outcome) {
      faultPoint('host:before');
      const standing =
        session.facts.find(plantedBy) === undefined ? await plantedSoFar(hosts, names, session) : names;
      for (const [index, name] of standing.entries()) {
        await hosts.closeFence(name, run, claim, outcome).catch(inDoubtWhereItIs);
        if (index === 0) faultPoint('host:during');
      }
      faultPoint('host:after');
    },
  };
}

/**
 * A run that was killed before it had the fact of its fences has made no job. Some hosts carry its fence, under the claim of
 * then, which was carried nowhere since: it is renewed. The others never had one, so there is none to miss there.
 */
async function plantedSoFar(
  hosts: Hosts,
  names: readonly string[],
  session: Session,
): Promise<readonly string[]> {
  const own: string[] = [];
  for (const name of names) {
    const fence = await hosts.fence(name);
    if (fence?.run !== session.run) continue;
    await hosts.plantFence(name, fenceOf(session, fence.since), session.claim.earlier);
    own.push(name);
  }
  return own;
}

/**
 * A run that has not planted a fence yet has made no job. One that is there was made by another life of its name: a newer
 * database than this one, or a run of another database that was given up by hand. The names of jobs begin alike in both, so
 * its results would be taken for this run's own.
 */
async function refuseEarlierJobs(hosts: Hosts, names: readonly string[], session: Session): Promise<void> {
  const { run } = session;
  const found = await Promise.all(
    names.map(async (name) => (await hosts.jobs(name, run)).map(({ intent }) => `${intent} on ${name}`)),
  );
  const jobs = found.flat();
  // Where somebody's fence stands on the first host, planting is refused there, and says whose it is: that weighs more.
  if (jobs.length === 0 || (await isTaken(hosts, names[0], session))) return;
  throw new InDoubt(
    'E_JOBS_UNKNOWN',
    `the hosts know jobs of ${run} already, and its database has planted no fence yet: ${jobs.slice(0, 5).join(', ')}${jobs.length > 5 ? ', …' : ''}`,
    [
      {
        name: 'ask-again',
        meaning: 'look once more, after the newer database was put back',
        cost: 'nothing: it only looks, and no fence was planted',
      },
    ],
    {
      hint: `Find the database that made them (/var/lib/pawl/runs/${run} on those hosts) and go on with that. If that run was given up by hand, its folders there and pawl-${run} beside the data are evidence: move them away first.`,
      facts: { jobs },
    },
  );
}

async function isTaken(hosts: Hosts, host: string | undefined, { claim }: Session): Promise<boolean> {
  const fence = host === undefined ? undefined : await hosts.fence(host);
  return fence !== undefined && ![claim.claim, ...claim.earlier].includes(fence.claim);
}

/**
 * A refusal half-way: the fences of this run go again, so that whoever was there first is not held up by them. @returns the
 * error to throw: the refusal, with what could not be taken back.
 */
async function takenBack(
  hosts: Hosts,
  run: string,
  claim: string,
  done: ReadonlyMap<string, Planted>,
  refusal: unknown,
): Promise<unknown> {
  if (!(refusal instanceof HostError) || refusal.code !== 'E_FENCED') return refusal;
  const left: string[] = [];
  for (const [name, planted] of [...done].reverse()) {
    await withdraw(hosts, name, run, claim, planted).catch((error: unknown) => {
      left.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  if (left.length === 0) return refusal;
  return new HostError(
    'E_FENCED',
    `${refusal.message}; and fences of ${run} could not be taken back: ${left.join('; ')}`,
    {
      cause: refusal,
      ...(refusal.hint !== undefined && { hint: refusal.hint }),
      ...(refusal.where !== undefined && { where: refusal.where }),
      facts: { ...refusal.facts, left },
    },
  );
}

/** A run that had ended there and planted anew has jobs on the host: its fence is closed again, not withdrawn. */
async function withdraw(
  hosts: Hosts,
  name: string,
  run: string,
  claim: string,
  planted: Planted,
): Promise<void> {
  try {
    await hosts.withdrawFence(name, run, claim);
  } catch (error) {
    const endedBefore = error instanceof HostError && error.code === 'E_FENCE_USED' && planted === 'planted';
    if (!endedBefore) throw error;
    await hosts.closeFence(name, run, claim, 'not begun again: another host refused');
  }
}
