import type { EffectStep, JsonObject, RetryPolicy, Scope, Task } from '@pawl/engine';
import type { Change, JobResult } from '@pawl/hosts';
import type { ReadHands, WorkHands } from './hands';

/** A step that makes exactly one guarded change on its target: look, change, prove. */
export interface GuardedStepSpec<C extends JsonObject, I> {
  readonly name: string;
  readonly title: string;
  readonly targets: (scope: Scope<C>) => readonly string[];
  readonly concurrency?: number;
  readonly undoneBy: string;
  readonly verify: string;
  readonly deadlineMs: number;
  readonly retry?: RetryPolicy;
  /** Reads what the change needs to know. Left out where scope and target say it all. */
  readonly look?: (task: Task<C, ReadHands>) => Promise<I>;
  /** For `plan`, where the world may not be as it will be: readable stand-ins (`<id of etcd2>`). */
  readonly planned?: (scope: Scope<C>, target: string) => I;
  /** Pure: the same function prints the plan and makes the job. */
  readonly change: (scope: Scope<C>, target: string, seen: I) => Change;
  /** Proves it by looking at the world again; returns the outcome's facts. A non-zero exit has been thrown before. */
  readonly prove?: (task: Task<C, ReadHands>, job: JobResult, seen: I) => Promise<JsonObject>;
}

export type GuardedStep<C extends JsonObject> = EffectStep<C, WorkHands>;
