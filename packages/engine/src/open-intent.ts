import { commitWork, seqAt } from './commit-work';
import type { DueStep } from './due-step';
import { planBefore } from './plan-of-run';
import type { JournalEntry } from './ports';
import { positionOf } from './position';
import type { Intent } from './records';
import type { Work } from './work';

/** What is known of a target's attempts so far. */
export interface Opened {
  readonly open: Intent | undefined;
  /** Intents so far, in this lap. */
  readonly attempts: number;
  /** Attempts that failed since the step was entered or resumed. */
  readonly failures: number;
  /** RFC 3339; no attempt before. */
  readonly due: string | undefined;
}

/** Commits the intent to make one attempt. Durable when it returns; the effect may begin. */
export function openIntent<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  target: string,
  before: Pick<Opened, 'attempts'>,
): Intent {
  const intent = newIntent(work, due, {
    name: due.name,
    target,
    attempt: before.attempts + 1,
    seq: seqAt(work, 0),
  });
  commitWork(work, `${boundaryOf(work, due, target)}/${due.asks === undefined ? 'intent' : 'ask'}`, {
    entries: [withPlan(work, due, intent)],
    open: [intent],
  });
  work.planned ||= isFirstEffect(work, due);
  return intent;
}

/** The plan is durable before the first thing that it says is done. */
function withPlan<R, H extends R>(work: Work<R, H>, due: DueStep<R, H>, intent: Intent): JournalEntry {
  const { kind, data } = intentEntry(intent);
  if (!isFirstEffect(work, due)) return { kind, data };
  const { machine, store, scope } = work;
  return { kind, data: { ...data, plan: planBefore(machine, store, scope, intent) } };
}

function isFirstEffect<R, H extends R>(work: Work<R, H>, due: DueStep<R, H>): boolean {
  return (
    !work.planned && due.step.kind === 'effect' && positionOf(work.snapshot.value).direction === 'forward'
  );
}

/** `0042.migrate.run-migrate.etcd1.1`: the number makes it unique, the rest is for people. */
export function newIntent<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  one: Readonly<{ name: string; target: string; attempt: number; seq: number; round?: number }>,
): Intent {
  const { name, target, attempt, seq, round } = one;
  const words = [due.phase, name.replace('?', ''), target.replace(/[^A-Za-z0-9_.-]/g, '_'), attempt];
  return {
    id: `${String(seq).padStart(4, '0')}.${words.join('.')}`,
    run: work.run,
    seq,
    phase: due.phase,
    step: name,
    target,
    attempt,
    lap: due.lap,
    ...(round !== undefined && { round }),
  };
}

export function intentEntry(intent: Intent): JournalEntry {
  const { id, phase, step, target, attempt, round } = intent;
  return {
    kind: 'intent',
    data: { intent: id, step: `${phase}/${step}`, target, attempt, ...(round !== undefined && { round }) },
  };
}

/** What the names of a step's boundaries begin with: `MACHINE/PHASE/STEP@TARGET`. */
export function boundaryOf<R, H extends R>(work: Work<R, H>, due: DueStep<R, H>, target: string): string {
  return `${work.machine.spec.id}/${due.phase}/${due.step.name}@${target}`;
}
