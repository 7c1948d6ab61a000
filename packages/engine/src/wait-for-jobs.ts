import { attachFleet, restHere, restsAlready } from './attach-fleet';
import { PawlError } from './errors';
import type { HostJob } from './ports';
import type { Work } from './work';
import { pauseWanted } from './pause-wanted';

const FIRST_LOOK_MS = 500;
const LONGEST_LOOK_MS = 10_000;

/**
 * Before the way back begins, what still runs on a host comes to its end: two hands on one thing would be worse than waiting.
 * @returns whether nothing runs any more; false where the run rests instead
 * @throws PawlError `E_ABORTED` where it is to pause, and rests already: at its end or in doubt it stays, with its choices
 */
export async function waitForJobs<R, H extends R>(
  work: Work<R, H>,
  jobs: readonly HostJob[],
): Promise<boolean> {
  let seen: readonly HostJob[] | undefined = jobs;
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 2, LONGEST_LOOK_MS)) {
    if (seen === undefined) return false;
    const running = seen
      .filter((job) => job.state === 'running')
      .map((job) => `${job.intent} on ${job.target}`);
    if (running.length === 0) return true;
    const pause = pauseWanted(work);
    if (pause !== undefined) {
      if (restsAlready(work)) throw aborted(work.run, running);
      restHere(work, { kind: 'blocked', endUnknown: false, reason: { ...pause.reason, facts: { running } } });
      return false;
    }
    work.notify({
      type: 'progress',
      run: work.run,
      phase: work.session.phase(),
      step: '-',
      target: '-',
      message: `waiting for what still runs: ${running.join(', ')}`,
    });
    await new Promise((resolve) => setTimeout(resolve, wait));
    seen = await attachFleet(work);
  }
}

function aborted(run: string, running: readonly string[]): PawlError {
  return new PawlError(
    'E_ABORTED',
    `the way back of ${run} has not begun: jobs still ran, ${running.join(', ')}, when the wait for them was ended`,
    {
      hint: 'The run stands as it did before. Say it again: it begins when they have ended, which they do by themselves.',
      facts: { running },
    },
  );
}
