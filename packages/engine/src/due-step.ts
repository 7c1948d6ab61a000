import { PawlError } from './errors';
import type { JsonObject } from './json';
import { allPhases } from './machine';
import { positionOf } from './position';
import { contextOf, dueSteps } from './pure-core';
import type { IntentRecord } from './records';
import { NO_TARGET, type OneShotStep, type Step } from './step';
import type { Work } from './work';

/** The step that is to be performed now, or the question a one-shot step asks first. */
export interface DueStep<R, H extends R> {
  /** As the machine knows it: `phase/step`, or `phase/step?`. */
  readonly id: string;
  readonly phase: string;
  /** As intents carry it: `step`, or `step?`. */
  readonly name: string;
  readonly step: Step<JsonObject, R, H>;
  /** Set where this is a question. */
  readonly asks: OneShotStep<JsonObject, R, H> | undefined;
  /** How many rounds were spent before; intents of an earlier lap do not count. */
  readonly lap: number;
}

/** @throws PawlError `E_MACHINE_STATE` where not exactly one is due: the machine is not one of `defineMachine` */
export function dueStep<R, H extends R>(work: Work<R, H>): DueStep<R, H> {
  const [id, ...more] = dueSteps(work.snapshot);
  const at = positionOf(work.snapshot.value);
  if (id === undefined || more.length > 0 || at.direction === 'ended') {
    throw new PawlError('E_MACHINE_STATE', `not one step is due in ${JSON.stringify(work.snapshot.value)}`);
  }
  const step = stepOf(work, at.phase, at.step);
  const asks = step.kind === 'one-shot' && at.inner === 'asking' ? step : undefined;
  const name = asks === undefined ? step.name : `${step.name}?`;
  return { id, phase: at.phase, name, step, asks, lap: lapOf(work) };
}

/** Rounds that came to nothing so far, of all steps: whatever runs again after a start-over runs in a new lap. */
function lapOf<R, H extends R>(work: Work<R, H>): number {
  return Object.values(contextOf(work.snapshot).spent).reduce((sum, count) => sum + count, 0);
}

/** @throws PawlError `E_TARGETS` where the step names a target twice, or a one-shot step not exactly one */
export function targetsOf<R, H extends R>(work: Work<R, H>, due: DueStep<R, H>): readonly string[] {
  const targets = due.step.targets?.(work.scope) ?? [NO_TARGET];
  if (new Set(targets).size !== targets.length) {
    throw new PawlError('E_TARGETS', `${due.id} names a target twice: ${targets.join(', ')}`);
  }
  if (due.step.kind === 'one-shot' && targets.length !== 1) {
    throw new PawlError('E_TARGETS', `${due.id} happens once, so it has one target, not ${targets.length}`);
  }
  return targets;
}

/** The intents of this step that belong to the present lap, oldest first. */
export function intentsOf<R, H extends R>(work: Work<R, H>, due: DueStep<R, H>): readonly IntentRecord[] {
  return work.store
    .intents(work.run, { phase: due.phase, step: due.name })
    .filter((intent) => (intent.lap ?? 0) === due.lap);
}

function stepOf<R, H extends R>(work: Work<R, H>, phase: string, name: string): Step<JsonObject, R, H> {
  const found = allPhases(work.machine.spec)
    .find((each) => each.name === phase)
    ?.steps.find((each) => each.name === name);
  if (found === undefined) throw new PawlError('E_MACHINE_STATE', `the machine has no step ${phase}/${name}`);
  return found;
}
