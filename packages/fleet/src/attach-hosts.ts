import { InDoubt, type HostJob, type Session } from '@pawl/engine';
import { HostError, readClosedRuns, type ClosedRun, type Hosts } from '@pawl/hosts';
import { fenceOf } from './fence-of';
import type { FleetOptions } from './fleet-options';
import { hostsIn } from './hosts-in';

/** Carries the session's claim to every host that the run holds, then lists the run's jobs there. */
export async function attachHosts(
  { hosts, plantedBy, closedBy = [] }: FleetOptions,
  session: Session,
): Promise<readonly HostJob[]> {
  const dead = session.dead();
  const planted = hostsIn(session.facts.find(plantedBy)).filter((host) => !dead.includes(host));
  const closed = closedBy.flatMap((step) => hostsIn(session.facts.find(step)));
  // All are asked, and the answer that weighs most is told: a host that is another's before one that can't be reached.
  const answers = await Promise.allSettled(
    planted.map(async (host) => {
      await carryClaim(hosts, host, session, closed.includes(host));
      return jobsOn(hosts, host, session.run);
    }),
  );
  const refused = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as unknown] : [],
  );
  if (refused.length > 0) throw gravest(refused);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

/**
 * The world decides, not the facts alone: a run that was killed while it closed its fences has no fact of it, but a record on
 * the host; one that planted anew for its rollback has a fence in spite of the fact. A record under a claim that came after
 * the session's own means a database that was put back.
 */
async function carryClaim(hosts: Hosts, host: string, session: Session, closed: boolean): Promise<void> {
  const fence = await hosts.fence(host);
  if (fence !== undefined && !(closed && fence.run !== session.run)) {
    await hosts.plantFence(host, fenceOf(session, fence.since), session.claim.earlier);
    return;
  }
  if (closed) return;
  const records = await readClosedRuns(hosts.reading(host));
  const record = records.find(({ run }) => run === session.run);
  if (record === undefined) throw fenceMissing(host, session.run);
  const { claim, earlier } = session.claim;
  if (record.outcome === 'abandoned') throw givenUp(host, record);
  if (![claim, ...earlier].includes(record.claim)) throw endedElsewhere(host, record);
}

async function jobsOn(hosts: Hosts, host: string, run: string): Promise<readonly HostJob[]> {
  const marks = await hosts.jobs(host, run);
  return marks.map(({ intent, state }) => ({ target: host, intent, state }));
}

function gravest(errors: readonly unknown[]): unknown {
  const fenced = errors.find(
    (error) => typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'E_FENCED',
  );
  return fenced ?? errors.find((error) => error instanceof InDoubt) ?? errors[0];
}

function givenUp(host: string, { run, at, by, reason }: ClosedRun): HostError {
  return new HostError(
    'E_FENCED',
    `on ${host} the run ${run} was given up at ${at} by ${by ?? '?'}: ${reason ?? '?'}`,
    {
      host,
      where: `${host}:/var/lib/pawl/runs/${run}/closed`,
      hint: `Its fences were opened by name, and it is over. What it held may still be held; the way back by hand stands in /var/lib/pawl/README on each host. Say so here, too: pawl unfence ${run} --reason "..."`,
    },
  );
}

function endedElsewhere(host: string, { run, outcome, at, owner }: ClosedRun): HostError {
  return new HostError(
    'E_FENCED',
    `on ${host} the run ${run} has ended (${outcome}, by ${owner}, ${at}) under a claim that this database does not know`,
    {
      host,
      where: `${host}:/var/lib/pawl/runs/${run}/closed`,
      hint: 'This database is older than what happened on that host. Put the newer one back; going forward from this one could repeat a step.',
    },
  );
}

function fenceMissing(host: string, run: string): InDoubt {
  return new InDoubt(
    'E_FENCE_MISSING',
    `${host} ought to carry the fence of ${run}, and carries none`,
    [{ name: 'ask-again', meaning: 'look at the hosts once more, after /var/lib/pawl there was put back' }],
    {
      where: `${host}:/var/lib/pawl/fence`,
      facts: { host },
      hint: 'What the run did there is not on record any more: a disk was replaced or put back, or somebody removed /var/lib/pawl. Nothing is assumed.',
    },
  );
}
