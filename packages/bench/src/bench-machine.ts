import { defineMachine, type EffectStep, type Fleet, type JsonObject, type Machine } from '@pawl/engine';

/** What a step of the benchmark waits for; nothing at all, or a little, as a host would make it. */
export type Work = () => Promise<void>;

const PHASES = 10;
const STEPS = 10;
/** The first steps fan out to as many targets as the choices say, so that a journal gets as long as one likes. */
const FANNED = 5;

/** The first step after those that fan out. */
export const AFTER_FAN = `p0/s${FANNED}`;

/**
 * A hundred steps that do nothing, in ten phases: somewhat more than a real machine has. Choices: `targets`, of each of the
 * first five steps.
 */
export function benchMachine(work: Work = async () => undefined): Machine<JsonObject, object, object> {
  const phases = Array.from({ length: PHASES }, (_, phase) => ({
    name: `p${phase}`,
    title: `phase ${phase}`,
    wayBack: 'nothing changed',
    steps: Array.from({ length: STEPS }, (_each, step) => stepOf(phase, step, work)),
  }));
  return defineMachine<JsonObject, object, object>({
    ...{ id: 'bench', version: '1.0.0', title: 'Nothing, a hundred times', phases, rollback: [] },
    checkChoices: (choices) => choices,
  });
}

/** Hosts that are not there. */
export const noFleet: Fleet<object, object> = {
  attach: async () => [],
  reading: () => ({}),
  working: () => ({}),
  detach: async () => undefined,
};

export const STEPS_IN_ALL = PHASES * STEPS;

function stepOf(phase: number, step: number, work: Work): EffectStep<JsonObject, object> {
  const fans = phase === 0 && step < FANNED;
  const targets = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `host${at}`);
  return {
    ...{ name: `s${step}`, title: `step ${step}`, kind: 'effect', undoneBy: 'kept', deadlineMs: 60_000 },
    verify: 'nothing is there',
    ...(fans && { targets: ({ choices }) => targets(Number(choices['targets'])) }),
    describe: () => ['nothing'],
    run: async () => {
      await work();
      return { done: step };
    },
  };
}
