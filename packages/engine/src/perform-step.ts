import { intentsOf, targetsOf, type DueStep } from './due-step';
import { PawlError } from './errors';
import { failureOf } from './failure';
import { beginFanOut, type FanOut } from './fan-out';
import { feedDone, feedFailure } from './outcome';
import type { Pause } from './pause-wanted';
import { runTarget } from './run-target';
import type { Work } from './work';

/**
 * Performs the due step on all its targets, or as far as it goes: until it is done, has failed, or a pause is wanted.
 *
 * Durable when it returns: an outcome for every intent it opened, and the next state where the step came to an end. A target
 * that has failed for good lets those already begun come to theirs; none begins after it.
 * @returns the pause that it stopped for, not taken yet
 * @throws PawlError `E_FENCED`, `E_CLAIM_LOST` and what the store throws: the run is left as it was last committed
 */
export async function performStep<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
): Promise<Pause | undefined> {
  let targets: readonly string[];
  try {
    targets = targetsOf(work, due);
  } catch (error) {
    feedFailure(work, due, [failureOf(error, due.id)]);
    return undefined;
  }
  const intents = intentsOf(work, due);
  const done = due.asks === undefined ? intents.filter((intent) => intent.state === 'succeeded') : [];
  const fan = beginFanOut(targets, done);
  if (fan.left.length === 0) {
    feedDone(work, due);
    return undefined;
  }
  return await fanOut(work, due, fan, intents);
}

async function fanOut<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  fan: FanOut,
  intents: ReturnType<typeof intentsOf>,
): Promise<Pause | undefined> {
  const active = new Set<Promise<void>>();
  const most = due.step.concurrency ?? fan.targets.length;
  for (;;) {
    while (active.size < most && fan.left.length > 0 && !fan.stopped() && fan.pause === undefined) {
      const target = fan.left.shift();
      if (target === undefined) break;
      const known = intents.filter((intent) => intent.target === target);
      const running: Promise<void> = runTarget(work, due, fan, target, known)
        .catch((error: unknown) => fan.leave(error))
        .finally(() => active.delete(running));
      active.add(running);
    }
    if (active.size === 0) break;
    await Promise.race(active);
  }
  if (fan.fatal !== undefined) throw fan.fatal.error;
  // Crash here: every outcome stands, the state is the same; the targets that are left run after a resume.
  if (fan.decided) return undefined;
  if (fan.left.length > 0) return fan.pause;
  throw new PawlError('E_MACHINE_STATE', `${due.id} ended without deciding anything`);
}
