import type { JsonObject } from '../json';
import { positionOf } from '../position';
import type { Intent } from '../records';
import type { JobStory, Success } from './read-jobs';

/** An intent of a lost journal, and what is known of its end. */
export interface Weighed {
  readonly intent: Intent;
  /** `open`: its job is to be looked up by whoever goes on. `lost`: its outcome stood in the lost journal only. */
  readonly end: 'succeeded' | 'open' | 'lost';
  readonly facts?: JsonObject;
}

/**
 * Every intent that the hosts know of, in order: successes as the last job knew them, jobs as they were found. Of the step that
 * the run stands in, the last job on each target is open: it ended there, or goes on, and its outcome is found again. Pure.
 * @param ended the run stands behind its last job: nothing is open in it
 */
export function weighJobs(jobs: readonly JobStory[], last: JobStory, ended: boolean): readonly Weighed[] {
  const successes = new Map(last.standing.outcomes.map((success) => [success.intent.id, success]));
  const known: readonly Weighed[] = [...successes.values()].map(succeeded);
  const others = jobs.filter(({ intent }) => !successes.has(intent.id));
  const at = positionOf(last.standing.state);
  const isOpen = ({ intent }: JobStory): boolean =>
    !ended &&
    at.direction !== 'ended' &&
    intent.phase === at.phase &&
    intent.step === at.step &&
    (intent.lap ?? 0) === (last.intent.lap ?? 0) &&
    !jobs.some((later) => isLater(later.intent, intent));
  const found = others.map((job): Weighed => ({ intent: job.intent, end: isOpen(job) ? 'open' : 'lost' }));
  return [...known, ...found].sort((a, b) => a.intent.seq - b.intent.seq);
}

function succeeded({ intent, facts }: Success): Weighed {
  return { intent, end: 'succeeded', facts };
}

/** Another attempt at the same: it was made when the earlier one had failed. */
function isLater(one: Intent, other: Intent): boolean {
  return (
    one.seq > other.seq && one.phase === other.phase && one.step === other.step && one.target === other.target
  );
}
