import {
  createEngine,
  defineMachine,
  type EffectStep,
  type Engine,
  type FaultPoint,
  type JsonObject,
  type Machine,
  type Owners,
  type Store,
} from '@pawl/engine';
import { processOwners } from '@pawl/store';

export const RUN = 'run-1';
/** Where the third of five steps has had its effect, and the outcome is about to be written. */
export const MID_RUN = 'five/work/step-3@-/outcome:before-commit';

/** An engine on a store, with a machine of five effects that are counted outside of it. */
export function engineOn(store: Store, effects: Pick<string[], 'push'>, faultPoint?: FaultPoint): Engine {
  return createEngine<object, object>({
    store,
    machines: [fiveSteps(effects)],
    fleet: {
      attach: async () => [],
      reading: () => ({}),
      working: () => ({}),
      detach: async () => undefined,
    },
    // Whoever began the run in these tests is gone.
    owners: { ...processOwners(), liveness: () => 'dead' } satisfies Owners,
    ...(faultPoint !== undefined && { faultPoint }),
  });
}

export const started = { machineId: 'five', run: RUN, choices: {} };

function fiveSteps(effects: Pick<string[], 'push'>): Machine<JsonObject, object, object> {
  const steps = [1, 2, 3, 4, 5].map((n): EffectStep<JsonObject, object> => {
    const name = `step-${n}`;
    return {
      ...{ name, title: name, kind: 'effect', undoneBy: 'kept', verify: 'counted', deadlineMs: 5000 },
      describe: () => [name],
      run: async () => ({ effect: effects.push(name) }),
    };
  });
  return defineMachine<JsonObject, object, object>({
    ...{ id: 'five', version: '1.0.0', title: 'Five effects', rollback: [] },
    checkChoices: (choices) => choices,
    phases: [{ name: 'work', title: 'Work', wayBack: 'none', steps }],
  });
}
