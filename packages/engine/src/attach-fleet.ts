import { commitWork, placeOf } from './commit-work';
import { failureOf, fencedBy, reasonJson, type Failure } from './failure';
import { jobsUnknown } from './jobs-unknown';
import type { HostJob } from './ports';
import { positionOf } from './position';
import type { Work } from './work';

/**
 * Joins the hosts for a session, before anything else happens in it: the jobs there are compared with the journal, and the new
 * claim goes to every host. Hosts that can't be reached, or know of jobs that the database does not, leave the run at rest;
 * the state of its machine stays as it was.
 * @returns the jobs, or undefined where the run rests now
 * @throws PawlError `E_FENCED`: the run is another's; or what the fleet threw, where the run rests at an end or in doubt.
 * Nothing was committed then
 */
export async function attachFleet<R, H extends R>(work: Work<R, H>): Promise<readonly HostJob[] | undefined> {
  try {
    const jobs = await work.fleet.attach(work.session);
    refuseUnknown(work, jobs);
    return jobs;
  } catch (error) {
    const fenced = fencedBy(error);
    if (fenced !== undefined) throw fenced;
    if (restsAlready(work)) throw error;
    restHere(work, failureOf(error, 'the hosts of the run'));
    return undefined;
  }
}

/** At its end, or in doubt: for a better reason than what keeps a session from beginning, which must not be written over it. */
export function restsAlready<R, H extends R>(work: Work<R, H>): boolean {
  const at = positionOf(work.snapshot.value);
  return at.direction === 'ended' || at.inner === 'in-doubt' || work.rebuilt;
}

/** The run rests without a transition of its machine: what stopped it is not the step's. Never of one that `restsAlready`. */
export function restHere<R, H extends R>(work: Work<R, H>, { kind, reason }: Failure): void {
  const state = kind === 'in-doubt' ? 'in-doubt' : 'paused';
  commitWork(work, `${placeOf(work)}/${state}`, {
    entries: [{ kind: state, data: { reason: reasonJson(reason) } }],
    state,
    reason,
  });
}

function refuseUnknown<R, H extends R>(work: Work<R, H>, jobs: readonly HostJob[]): void {
  const unknown = jobs.filter((job) => !work.session.knows(job.intent));
  if (unknown.length > 0) throw jobsUnknown(work.run, unknown);
}
