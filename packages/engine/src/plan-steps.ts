import { PawlError } from './errors';
import { firstIrreversible } from './irreversible';
import type { JsonObject } from './json';
import type { Machine, Phase } from './machine';
import type { Scope } from './scope';
import { NO_TARGET, type Step } from './step';

/** What a machine would do, as data. */
export interface StepPlan {
  readonly phases: readonly PlannedPhase[];
  readonly rollback: readonly PlannedPhase[];
  readonly cleanup: readonly PlannedPhase[];
  /** The first step that can't be taken back, and what that costs; undefined where every step can. */
  readonly pointOfNoReturn?: { readonly step: string; readonly cost: string };
}

export interface PlannedPhase {
  readonly name: string;
  readonly title: string;
  readonly wayBack: string;
  /** The rollback phase at which a rollback from here enters. */
  readonly rollbackAt?: string;
  readonly steps: readonly PlannedStep[];
}

export interface PlannedStep {
  /** `phase/step` */
  readonly id: string;
  readonly title: string;
  readonly kind: 'read' | 'effect' | 'one-shot';
  readonly verify: string;
  /** Steps that change something: what takes it back. */
  readonly undoneBy?: string;
  /** Steps that change something: how it is decided what became of it, where the run was cut off in it. */
  readonly leftOpen?: string;
  readonly pointOfNoReturn: boolean;
  readonly targets: readonly { readonly target: string; readonly lines: readonly string[] }[];
}

/**
 * Plans every step of a machine from choices and facts alone. Pure; no hands, so it can't change anything. What only the run
 * itself will find out is said to be known then.
 * @param scope its facts may be what `check` found (`factsFrom`)
 */
export function planSteps<C extends JsonObject, R, H extends R>(
  machine: Machine<C, R, H>,
  scope: Scope<C>,
): StepPlan {
  const { phases, rollback, cleanup = [], pointOfNoReturn } = machine.spec;
  const last = firstIrreversible(phases);
  return {
    phases: phases.map((phase) => plannedPhase(phase, scope, last)),
    rollback: rollback.map((phase) => plannedPhase(phase, scope, last)),
    cleanup: cleanup.map((phase) => plannedPhase(phase, scope, last)),
    ...(last !== undefined && {
      pointOfNoReturn: { step: last, cost: costOf(() => pointOfNoReturn?.(scope) ?? '') },
    }),
  };
}

function plannedPhase<C extends JsonObject, R, H extends R>(
  phase: Phase<C, R, H>,
  scope: Scope<C>,
  last: string | undefined,
): PlannedPhase {
  const { name, title, wayBack, rollbackAt } = phase;
  return {
    ...{ name, title, wayBack },
    ...(rollbackAt !== undefined && { rollbackAt }),
    steps: phase.steps.map((step) => plannedStep(`${name}/${step.name}`, step, scope, last)),
  };
}

function plannedStep<C extends JsonObject, R, H extends R>(
  id: string,
  step: Step<C, R, H>,
  scope: Scope<C>,
  last: string | undefined,
): PlannedStep {
  const { title, kind, verify, leftOpen } = step;
  return {
    ...{ id, title, kind, verify },
    ...(step.kind !== 'read' && { undoneBy: step.undoneBy }),
    ...(leftOpen !== undefined && { leftOpen }),
    pointOfNoReturn: id === last,
    targets: plannedTargets(step, scope),
  };
}

function plannedTargets<C extends JsonObject, R, H extends R>(
  step: Step<C, R, H>,
  scope: Scope<C>,
): PlannedStep['targets'] {
  const targets = known(() => step.targets?.(scope) ?? [NO_TARGET]);
  if ('later' in targets) return [{ target: NO_TARGET, lines: [targets.later] }];
  return targets.value.map((target) => {
    const lines = known(() => step.describe(scope, target));
    return { target, lines: 'later' in lines ? [lines.later] : lines.value };
  });
}

function costOf(say: () => string): string {
  const cost = known(say);
  return 'later' in cost ? cost.later : cost.value;
}

function known<T>(ask: () => T): { readonly value: T } | { readonly later: string } {
  try {
    return { value: ask() };
  } catch (error) {
    if (!(error instanceof PawlError) || error.code !== 'E_FACT_MISSING') throw error;
    const step = error.facts?.['step'];
    return { later: `known once ${typeof step === 'string' ? step : 'an earlier step'} has run` };
  }
}
