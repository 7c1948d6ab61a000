import { InDoubt, knowsClaim, type HostJob, type Session } from '@pawl/engine';
import { endedError, fencedError, HostError, readClosedRuns, type Fence, type Hosts } from '@pawl/hosts';
import { fenceOf } from './fence-of';
import type { FleetOptions } from './fleet-options';
import { hostsIn } from './hosts-in';
import { inDoubtWhereItIs } from './in-doubt';
import { jobsBeforeFences } from './jobs-before-fences';

/**
 * Looks at every host that the run holds, and only where all of them let the session in, and know no job that its journal does
 * not, carries its claim to them. A session that is refused has changed nothing: the run's own controller goes on as before.
 *
 * A run that was begun before and knows no fence of its own looks at all of its hosts, too: its database may be a copy from
 * before the fences, and any job there says so (`E_JOBS_UNKNOWN`). There a host that can't be asked is passed over, so that a run whose hosts never answered can be taken back.
 * @returns the run's jobs, as they were after that; or those that were seen where one of them is not known
 */
export async function attachHosts(
  { hosts, plantedBy, closedBy = [] }: FleetOptions,
  session: Session,
): Promise<readonly HostJob[]> {
  const facts = session.facts.find(plantedBy);
  // The first session of a run: no database can be older than that.
  if (facts === undefined && session.claim.earlier.length === 0) return [];
  const dead = session.dead();
  const held = (facts === undefined ? hosts.names : hostsIn(facts)).filter((host) => !dead.includes(host));
  const closed = closedBy.flatMap((step) => hostsIn(session.facts.find(step)));
  const answers = await allOf(held, (host) =>
    facts === undefined
      ? lookIfItAnswers(hosts, host, session)
      : lookAt(hosts, host, session, closed.includes(host) ? 'closed' : 'fence'),
  );
  const looks = answers.filter((look) => look !== undefined);
  const seen = looks.flatMap(({ jobs }) => jobs);
  if (facts === undefined && seen.length > 0)
    throw jobsBeforeFences(
      session.run,
      seen.map(({ intent, target }) => `${intent} on ${target}`),
    );
  if (!seen.every(({ intent }) => session.knows(intent))) return seen;
  const joined = await allOf(looks, async ({ host, fence }) => {
    if (fence !== undefined)
      await hosts.plantFence(host, fenceOf(session, fence.since), session.claim.earlier);
    return jobsOn(hosts, host, session.run);
  });
  return joined.flat();
}

interface Look {
  readonly host: string;
  /** The run's own: it gets the session's claim. */
  readonly fence: Fence | undefined;
  readonly jobs: readonly HostJob[];
}

/**
 * The world decides, not the facts alone: a run that was killed while it closed its fences has no fact of it, but a record on
 * the host; one that planted anew for its rollback has a fence in spite of the fact. A fence or a record under a claim that
 * came after the session's own means a database that was put back.
 * @param known what the facts say of the host: that the fence stands, that it was closed, or nothing yet
 */
async function lookAt(
  hosts: Hosts,
  host: string,
  session: Session,
  known: 'fence' | 'closed' | 'nothing',
): Promise<Look> {
  const { run, claim } = session;
  const stands = await hosts.fence(host);
  // A run that has ended there begins nothing new, not even in its journal, while another one holds the host.
  const fence = known === 'nothing' && stands?.run !== run ? undefined : stands;
  if (fence !== undefined) {
    if (fence.run !== run || !knowsClaim(claim, fence.claim))
      throw fencedError(host, `${host}:/var/lib/pawl/fence`, run, fence);
  } else if (known !== 'closed') {
    const record = (await readClosedRuns(hosts.reading(host))).find((one) => one.run === run);
    if (record === undefined && known === 'fence') throw fenceMissing(host, run);
    if (record !== undefined && (record.outcome === 'abandoned' || !knowsClaim(claim, record.claim)))
      throw endedError(host, record);
  }
  return { host, fence, jobs: await jobsOn(hosts, host, run) };
}

/** What the host itself says, and what can't be read there, is never passed over: only that it could not be asked. */
async function lookIfItAnswers(hosts: Hosts, host: string, session: Session): Promise<Look | undefined> {
  try {
    return await lookAt(hosts, host, session, 'nothing');
  } catch (error) {
    if (error instanceof HostError && NOT_ASKED.includes(error.code)) return undefined;
    throw error;
  }
}

const NOT_ASKED: readonly string[] = [
  ...['E_UNREACHABLE', 'E_TIMEOUT', 'E_HOST_KEY', 'E_AUTH', 'E_KEY_FILE', 'E_SUDO', 'E_REQUIRETTY'],
];

async function jobsOn(hosts: Hosts, host: string, run: string): Promise<readonly HostJob[]> {
  const marks = await hosts.jobs(host, run).catch(inDoubtWhereItIs);
  return marks.map(({ intent, state }) => ({ target: host, intent, state }));
}

/** All are asked, and the answer that weighs most is told: a host that is another's before one that can't be reached. */
async function allOf<T, R>(each: readonly T[], ask: (one: T) => Promise<R>): Promise<readonly R[]> {
  const answers = await Promise.allSettled(each.map(ask));
  const refused = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as unknown] : [],
  );
  if (refused.length > 0) throw gravest(refused);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}

function gravest(errors: readonly unknown[]): unknown {
  const fenced = errors.find(
    (error) => typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'E_FENCED',
  );
  return fenced ?? errors.find((error) => error instanceof InDoubt) ?? errors[0];
}

function fenceMissing(host: string, run: string): InDoubt {
  return new InDoubt(
    'E_FENCE_MISSING',
    `${host} ought to carry the fence of ${run}, and carries none`,
    [
      {
        name: 'ask-again',
        meaning: 'look at the hosts once more, after /var/lib/pawl there was put back',
        cost: 'nothing: it only looks; as long as the fence is missing it is in doubt again',
      },
    ],
    {
      where: `${host}:/var/lib/pawl/fence`,
      facts: { host },
      hint: `What the run did there is not on record any more: a disk was replaced or put back, or somebody removed /var/lib/pawl. Nothing is assumed. Where it is gone for good, \`pawl rollback ${run} --host-dead ${host} --reason WHY\` goes back without ${host}, where the other original members are a quorum; be sure that no etcd runs on it, and none is started. Else the way back by hand (\`pawl plan --rollback --script\` prints it), then \`pawl unfence -i INVENTORY ${run} --reason WHY\`.`,
    },
  );
}
