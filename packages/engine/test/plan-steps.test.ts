import { factsFrom, planSteps } from '@pawl/engine';
import { effect, ON_ABC, phase, read, tiny } from './machines/tiny';
import { WIDE_CHOICES, wideMachine } from './machines/wide';

describe('a plan', () => {
  test('has every step with its targets, what undoes it, and where no way back is left', () => {
    const plan = planSteps(wideMachine(), { run: 'r', choices: WIDE_CHOICES, facts: factsFrom({}) });
    expect(plan.phases.map((each) => each.name)).toEqual(['inspect', 'stop', 'work', 'finish']);
    expect(plan.rollback.map((each) => each.name)).toEqual(['clear', 'start']);
    expect(plan.phases[1]?.steps[0]).toMatchObject({ id: 'stop/halt', kind: 'effect', undoneBy: 'start/go' });
    expect(plan.phases[1]?.steps[0]?.targets.map((each) => each.target)).toEqual(['a', 'b', 'c']);
    expect(plan.pointOfNoReturn).toEqual({ step: 'finish/announce', cost: 'the old flat is let' });
    const marked = plan.phases.flatMap((each) => each.steps).filter((step) => step.pointOfNoReturn);
    expect(marked.map((step) => step.id)).toEqual(['finish/announce']);
  });

  test('says when what is missing will be known, instead of failing', () => {
    const machine = tiny([
      phase('one', [read('look', async () => ({}))]),
      phase('two', [
        effect('cook', { describe: ({ facts }) => [`cook ${JSON.stringify(facts.of('one/look')['what'])}`] }),
        effect('eat', {
          targets: ({ facts }) => [
            ...facts.all('one/look').keys(),
            JSON.stringify(facts.of('one/look')['what']),
          ],
        }),
      ]),
    ]);
    const unknown = planSteps(machine, { run: 'r', choices: {}, facts: factsFrom({}) });
    const later = { target: '-', lines: ['known once one/look has run'] };
    expect(unknown.phases[1]?.steps.map((step) => step.targets)).toEqual([[later], [later]]);
    const facts = factsFrom({ 'one/look': { '-': { what: 'eggs' } } });
    const known = planSteps(machine, { run: 'r', choices: {}, facts });
    expect(known.phases[1]?.steps.map((step) => step.targets.map((each) => each.lines))).toEqual([
      [['cook "eggs"']],
      [['do it'], ['do it']],
    ]);
  });

  test('does not hide another error of a step', () => {
    const describeIt = (): never => {
      throw new Error('a fault');
    };
    const machine = tiny([phase('one', [effect('cook', { ...ON_ABC, describe: describeIt })])]);
    expect(() => planSteps(machine, { run: 'r', choices: {}, facts: factsFrom({}) })).toThrow('a fault');
  });
});
