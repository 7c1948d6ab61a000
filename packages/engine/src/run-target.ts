import { attempt } from './attempt';
import type { DueStep } from './due-step';
import { failureOf, fencedBy } from './failure';
import type { FanOut } from './fan-out';
import { openIntent, type Opened } from './open-intent';
import { delayAfter, settleFailure, settleSuccess } from './outcome';
import { pauseHere } from './pause-wanted';
import type { IntentRecord } from './records';
import { runnerOf } from './runner';
import { waitUntil } from './wait-until';
import type { Work } from './work';

/**
 * One target of a step: attempt after attempt until it has succeeded, failed for good, or is to stop.
 *
 * An intent that is open already was begun by an owner who died, or by an attempt whose end was not seen: the step runs again
 * under the very same one, so that the job on the host is taken up instead of made anew.
 */
export async function runTarget<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  fan: FanOut,
  target: string,
  known: readonly IntentRecord[],
): Promise<void> {
  let last: Opened = lastOf(work, known);
  for (;;) {
    if (last.due !== undefined) await waitUntil(work, last.due, delayAfter(due, last.failures), fan);
    // The safe point, before each new intent: nothing is in flight here, and what is in flight elsewhere has its intent.
    fan.pause ??= pauseHere(work);
    if (fan.stopped() || fan.pause !== undefined) {
      fan.left.push(target);
      return;
    }
    const intent = last.open ?? openIntent(work, due, target, last);
    fan.inFlight.add(target);
    const ended = await attempt(runnerOf(work, due, intent), due.step.deadlineMs, fan.attempts);
    // Another target has learnt that the run is not ours any more: nothing is written after that.
    if (fan.fatal !== undefined) return;
    fan.inFlight.delete(target);
    if (ended.ok) {
      settleSuccess(work, due, fan, intent, ended.value);
      return;
    }
    const fenced = fencedBy(ended.error);
    if (fenced !== undefined) throw fenced;
    const again = settleFailure(
      work,
      due,
      fan,
      { ...last, intent },
      failureOf(ended.error, `${due.id} on ${target}`),
    );
    if (again === undefined) return;
    last = again;
  }
}

/** What earlier attempts left: the open intent, or the time before which there is to be no other. */
function lastOf<R, H extends R>(work: Work<R, H>, known: readonly IntentRecord[]): Opened {
  const open = known.find((intent) => intent.state === 'open');
  // Failures from before the last transition were answered by it: somebody resumed, or the step was entered anew.
  const failed = known.filter((intent) => intent.state === 'failed' && intent.seq > work.checkpointSeq);
  return {
    open,
    attempts: known.length,
    failures: failed.length + (open?.tries ?? 0),
    due: open?.due ?? failed.at(-1)?.due,
  };
}
