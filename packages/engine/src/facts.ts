import { PawlError } from './errors';
import type { JsonObject } from './json';
import type { Store } from './ports';
import type { Facts } from './scope';
import { NO_TARGET } from './step';

/** A run's facts, read back from its outcomes. */
export function storeFacts(store: Pick<Store, 'fact' | 'factsOf'>, run: string): Facts {
  return reader(
    (phase, step, target) => store.fact(run, phase, step, target),
    (phase, step) => store.factsOf(run, phase, step),
  );
}

/**
 * Facts that are given instead of found: for a plan, or a test.
 * @param known by `'phase/step'`, then by target (`NO_TARGET` where the step has none)
 */
export function factsFrom(known: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>): Facts {
  const of = (step: string): Readonly<Record<string, JsonObject>> => known[step] ?? {};
  return reader(
    (phase, step, target) => of(`${phase}/${step}`)[target],
    (phase, step) => new Map(Object.entries(of(`${phase}/${step}`))),
  );
}

function reader(
  one: (phase: string, step: string, target: string) => JsonObject | undefined,
  every: (phase: string, step: string) => ReadonlyMap<string, JsonObject>,
): Facts {
  const find = (step: string, target: string = NO_TARGET): JsonObject | undefined =>
    one(...split(step), target);
  return {
    find,
    of(step, target = NO_TARGET) {
      const facts = find(step, target);
      if (facts === undefined) throw missing(step, target);
      return facts;
    },
    all: (step) => every(...split(step)),
  };
}

function split(step: string): [phase: string, step: string] {
  const [phase, name, ...rest] = step.split('/');
  if (phase === undefined || name === undefined || rest.length > 0) {
    throw new PawlError('E_FACT_NAME', `${step} is not of the form phase/step`);
  }
  return [phase, name];
}

function missing(step: string, target: string): PawlError {
  const on = target === NO_TARGET ? '' : ` on ${target}`;
  return new PawlError(
    'E_FACT_MISSING',
    `nothing is known of ${step}${on}: it has not succeeded in this run`,
    {
      facts: { step, target },
    },
  );
}
