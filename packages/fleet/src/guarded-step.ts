import {
  StepBlocked,
  StepFailed,
  type EffectStep,
  type JsonObject,
  type RetryPolicy,
  type Scope,
  type Task,
} from '@pawl/engine';
import { hostTrouble, type Change, type JobResult } from '@pawl/hosts';
import { planned } from './describe-change';
import type { ReadHands, WorkHands } from './hands';

/** A step that makes exactly one guarded change on its target: look, change, prove. */
export interface GuardedStepSpec<C extends JsonObject, I> {
  readonly name: string;
  readonly title: string;
  readonly targets: (scope: Scope<C>) => readonly string[];
  readonly concurrency?: number;
  readonly undoneBy: string;
  readonly verify: string;
  /** For looking, changing and proving together. The job is ended on the host when it has run this long, or sooner if the change says so. */
  readonly deadlineMs: number;
  readonly retry?: RetryPolicy;
  /**
   * Throws where the rest of the world is not as this change takes for granted. Not asked again of a job that has been made: taking
   * it up is not doing it.
   */
  readonly first?: (task: Task<C, ReadHands>) => Promise<void>;
  /** Reads what the change needs to know. Left out where scope and target say it all. */
  readonly look?: (task: Task<C, ReadHands>) => Promise<I>;
  /** For `plan`, where the world may not be as it will be: readable stand-ins (`<id of etcd2>`). */
  readonly planned?: (scope: Scope<C>, target: string) => I;
  /** Pure: the same function prints the plan and makes the job. */
  readonly change: (scope: Scope<C>, target: string, seen: I) => Change;
  /** Exit codes beside 0 that are an answer, not a failure: `prove` judges them. */
  readonly answers?: readonly number[];
  /** Proves it by looking at the world again; returns the outcome's facts. Any other exit has been thrown before. */
  readonly prove?: (task: Task<C, ReadHands>, job: JobResult, seen: I) => Promise<JsonObject>;
}

export type GuardedStep<C extends JsonObject> = EffectStep<C, WorkHands>;

/** The answer of every step of one guarded change to "it was begun, and nobody knows more": `EffectStep.leftOpen`. */
export const ASKS_ITS_JOB =
  'its job on the host says: it is waited for where it runs, its result taken where it has ended; where there is none, or a crash of the host ended it, the step is done again, to the same end';

/** From the host's own deadline to when the engine stops waiting: the job is ended, marked and heard of in between. */
const graceMs = 60_000;

/** By convention of the changes: the world is not as it was taken to be. Trying again can't help. */
const refusedExit = 65;

/**
 * An idempotent step of one guarded change. Taken up again after a crash it looks anew, finds its job under the same intent,
 * takes its result whatever it would ask for now, and proves.
 *
 * Its facts are those of `prove`, with `recorded`: what the change recorded before it began.
 * Throws as `jobFailed` says: another attempt may be made, or, where the job ended with 65, the run pauses at once.
 */
export function guardedStep<C extends JsonObject, I>(spec: GuardedStepSpec<C, I>): GuardedStep<C> {
  const { name, title, targets, concurrency, undoneBy, verify, retry } = spec;
  return {
    kind: 'effect',
    ...{ name, title, targets, undoneBy, verify },
    ...(concurrency !== undefined && { concurrency }),
    ...(retry !== undefined && { retry }),
    deadlineMs: spec.deadlineMs + graceMs,
    leftOpen: ASKS_ITS_JOB,
    describe: (scope, target) => describeSpec(spec, scope, target),
    async run(task) {
      if (spec.first !== undefined && !(await isMade(task))) await spec.first(task);
      const seen = await lookAt(spec, task);
      // Given up while it looked: another attempt may be at work under an intent of its own by now.
      task.signal.throwIfAborted();
      const change = inTime(spec.change(task, task.target, seen), spec.deadlineMs);
      const job = await task.hands.host.change(change);
      if (job.exit !== 0 && spec.answers?.includes(job.exit) !== true)
        throw jobFailed(task.target, change, job);
      const facts = spec.prove === undefined ? {} : await spec.prove(task, job, seen);
      return job.recorded === undefined ? facts : { ...facts, recorded: job.recorded };
    },
  };
}

function describeSpec<C extends JsonObject, I>(
  spec: GuardedStepSpec<C, I>,
  scope: Scope<C>,
  target: string,
): readonly string[] {
  if (spec.look !== undefined && spec.planned === undefined) {
    return ['# what exactly, is known when the host has been looked at'];
  }
  // Without `look`, nothing is seen: the type of `seen` is then undefined.
  return planned(spec.change(scope, target, spec.planned?.(scope, target) as I));
}

/** Under the same intent a job is taken up, not made anew. */
async function isMade(task: Task<JsonObject, ReadHands>): Promise<boolean> {
  return (await task.hands.jobs(task.target)).some(({ intent }) => intent === task.intent.id);
}

async function lookAt<C extends JsonObject, I>(
  spec: GuardedStepSpec<C, I>,
  task: Task<C, ReadHands>,
): Promise<I> {
  return spec.look === undefined ? (undefined as I) : spec.look(task);
}

/** Never longer than the step has: the engine must not stop waiting for a job that the host lets go on. */
function inTime(change: Change, deadlineMs: number): Change {
  return { ...change, deadlineMs: Math.min(change.deadlineMs ?? deadlineMs, deadlineMs) };
}

/**
 * For a job that ended with anything but 0: `E_JOB_REFUSED` (blocked) where it was 65; `E_DISK_FULL`, `E_DISK_READ_ONLY` and
 * `E_NO_PROGRAM` where its words say that of the host; else `E_JOB_FAILED`.
 */
export function jobFailed(target: string, change: Change, job: JobResult): StepFailed | StepBlocked {
  const said = lastOf(job.stderr) || lastOf(job.stdout);
  const trouble = hostTrouble(target, said, job.exit);
  const detail = {
    hint: trouble?.hint ?? 'Mend what it says, and resume: it looks again before it acts.',
    where: target,
    facts: { exit: job.exit, stderr: lastOf(job.stderr), stdout: lastOf(job.stdout) },
  };
  if (job.exit === refusedExit) {
    return new StepBlocked('E_JOB_REFUSED', `on ${target} '${change.what}' was refused: ${said}`, detail);
  }
  return new StepFailed(
    trouble?.code ?? 'E_JOB_FAILED',
    `on ${target} '${change.what}' ended with ${job.exit}: ${said || 'it said nothing'}`,
    detail,
  );
}

function lastOf(output: string): string {
  return output.trim().slice(-2000);
}
