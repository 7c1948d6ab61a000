import { defineMachine, type EffectStep, type JsonObject, type Machine, type ReadStep } from '@pawl/engine';
import type { Hand, Look } from './fake-world';

/** Three phases in a row, one thing after the other, no way back. */
export function linearMachine(version = '1.0.0'): Machine<JsonObject, Look, Hand> {
  return defineMachine<JsonObject, Look, Hand>({
    id: 'linear',
    version,
    title: 'Boil an egg',
    checkChoices: (choices) => choices,
    rollback: [],
    phases: [
      { name: 'look', title: 'Look', wayBack: 'nothing changed', steps: [count] },
      { name: 'boil', title: 'Boil', wayBack: 'none', steps: [effect('water'), effect('egg')] },
      { name: 'eat', title: 'Eat', wayBack: 'none', steps: [effect('bite')] },
    ],
  });
}

const count: ReadStep<JsonObject, Look> = {
  name: 'count',
  title: 'count the effects so far',
  kind: 'read',
  verify: 'the number is known',
  deadlineMs: 5000,
  describe: () => ['count lines'],
  run: async ({ hands }) => ({ before: hands.effects().length }),
};

function effect(name: string): EffectStep<JsonObject, Hand> {
  return {
    name,
    title: name,
    kind: 'effect',
    undoneBy: 'kept',
    verify: `${name} is there`,
    deadlineMs: 5000,
    describe: () => [`add ${name}`],
    run: async ({ hands, facts }) => ({
      exit: await hands.change(name),
      first: facts.of('look/count')['before'] ?? -1,
    }),
  };
}
