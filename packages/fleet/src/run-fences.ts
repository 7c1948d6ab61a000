import { knowsClaim, type Session } from '@pawl/engine';
import { HostError, readClosedRuns, type GuardIdentity, type Hosts } from '@pawl/hosts';
import { fenceOf } from './fence-of';
import type { Fences } from './hands';
import { inDoubtWhereItIs } from './in-doubt';
import { jobsBeforeFences } from './jobs-before-fences';

export interface FencesOptions {
  readonly hosts: Hosts;
  readonly session: Session;
  readonly identity: GuardIdentity;
  /** As in `FleetOptions`. */
  readonly plantedBy: string;
  readonly faultPoint: (boundary: string) => void;
}

/** What its fences are taken back by. */
interface OwnFence {
  readonly run: string;
  readonly claim: string;
  /** The outcome on each host where the run had ended before. */
  readonly records: ReadonlyMap<string, string>;
}

type Planted = Awaited<ReturnType<Hosts['plantFence']>>;

/** The run's fences on its hosts: one after the other, in the order given, so that the first host decides between two runs. */
export function runFences({ hosts, session, identity, plantedBy, faultPoint }: FencesOptions): Fences {
  const { run } = session;
  const { claim, earlier } = session.claim;
  return {
    async plant(names, readme) {
      // Later plantings find jobs that the engine has compared with its journal when it joined the hosts.
      const isFirst = session.facts.find(plantedBy) === undefined;
      if (isFirst) {
        const jobs = await earlierJobs(hosts, names, run);
        // Where somebody's fence stands on the first host, planting is refused there, and says whose it is: that weighs more.
        if (jobs.length > 0 && !(await isTaken(hosts, names[0], session))) throw jobsBeforeFences(run, jobs);
      }
      const records = isFirst ? new Map<string, string>() : await recordsOn(hosts, names, run);
      faultPoint('host:before');
      const done = new Map<string, Planted>();
      for (const name of names) {
        const planted = await hosts
          .plantFence(name, fenceOf(session), earlier)
          .catch(async (error: unknown) => {
            throw await takenBack(hosts, { run, claim, records }, done, error);
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
 * Jobs were looked for when the hosts were joined, but not on a host that didn't answer then.
 */
async function plantedSoFar(
  hosts: Hosts,
  names: readonly string[],
  session: Session,
): Promise<readonly string[]> {
  const jobs = await earlierJobs(hosts, names, session.run);
  if (jobs.length > 0) throw jobsBeforeFences(session.run, jobs);
  const own: string[] = [];
  for (const name of names) {
    const fence = await hosts.fence(name);
    if (fence?.run !== session.run) continue;
    await hosts.plantFence(name, fenceOf(session, fence.since), session.claim.earlier);
    own.push(name);
  }
  return own;
}

async function earlierJobs(hosts: Hosts, names: readonly string[], run: string): Promise<readonly string[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const marks = await hosts.jobs(name, run).catch(inDoubtWhereItIs);
      return marks.map(({ intent }) => `${intent} on ${name}`);
    }),
  );
  return found.flat();
}

async function isTaken(hosts: Hosts, host: string | undefined, { claim }: Session): Promise<boolean> {
  const fence = host === undefined ? undefined : await hosts.fence(host);
  return fence !== undefined && !knowsClaim(claim, fence.claim);
}

/**
 * A refusal half-way: the fences of this run go again, so that whoever was there first is not held up by them. @returns the
 * error to throw: the refusal, with what could not be taken back.
 */
async function takenBack(
  hosts: Hosts,
  own: OwnFence,
  done: ReadonlyMap<string, Planted>,
  refusal: unknown,
): Promise<unknown> {
  if (!(refusal instanceof HostError) || refusal.code !== 'E_FENCED') return refusal;
  const left: string[] = [];
  for (const [name, planted] of [...done].reverse()) {
    await withdraw(hosts, name, own, planted).catch((error: unknown) => {
      left.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  if (left.length === 0) return refusal;
  return new HostError(
    'E_FENCED',
    `${refusal.message}; and fences of ${own.run} could not be taken back: ${left.join('; ')}`,
    {
      cause: refusal,
      ...(refusal.hint !== undefined && { hint: refusal.hint }),
      ...(refusal.where !== undefined && { where: refusal.where }),
      facts: { ...refusal.facts, left },
    },
  );
}

/**
 * A run that had ended there and planted anew has jobs on the host: its fence is closed again, not withdrawn, and as it was
 * before. Another outcome would be taken for an end that the run did not come to.
 */
async function withdraw(
  hosts: Hosts,
  name: string,
  { run, claim, records }: OwnFence,
  planted: Planted,
): Promise<void> {
  try {
    await hosts.withdrawFence(name, run, claim);
  } catch (error) {
    const endedBefore = error instanceof HostError && error.code === 'E_FENCE_USED' && planted === 'planted';
    if (!endedBefore) throw error;
    await hosts.closeFence(name, run, claim, records.get(name) ?? 'not begun again: another host refused');
  }
}

/** The outcomes that the run has left on hosts where it had ended: while its fence stands there, a record is not one. */
async function recordsOn(
  hosts: Hosts,
  names: readonly string[],
  run: string,
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    names.map(async (name) => {
      const record = (await readClosedRuns(hosts.reading(name))).find((one) => one.run === run);
      return record === undefined ? [] : [[name, record.outcome] as const];
    }),
  );
  return new Map(found.flat());
}
