import { checkMachine, defineMachine, type Machine } from '@pawl/engine';
import { guards } from '../src/machine-guards';
import type { Hand, Look } from './machines/fake-world';
import { linearMachine } from './machines/linear';
import { WIDE_CHOICES, wideMachine } from './machines/wide';

describe('every state that a machine can reach', () => {
  test.each([
    ['linear', linearMachine(), {}],
    ['wide', wideMachine(), WIDE_CHOICES],
  ] as const)('%s keeps its word', (name, machine, choices) => {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- either machine
    const { states, edges, faults } = checkMachine(machine as Machine<any, Look, Hand>, choices);
    process.stdout.write(`model: ${name}: ${states} states, ${edges} edges\n`);
    expect(faults).toEqual([]);
    expect(states).toBeGreaterThan(10);
  });

  test('a guard that lets a one-shot step start again is found', () => {
    const machine = wideMachine();
    const weak = machine.xstate.provide({
      guards: {
        mayStart: ({ event }: never) =>
          (event as { output: { verdict: string } }).output.verdict === 'untouched',
      },
    });
    const { faults } = checkMachine({ ...machine, xstate: weak }, WIDE_CHOICES);
    expect(faults.some((fault) => fault.includes('work/convert starts twice on round 1'))).toBe(true);
  });

  test('a guard that lets a run go back past its point of no return is found', () => {
    const machine = wideMachine();
    const weak = machine.xstate.provide({ guards: { ...guards, mayRollBack: () => true } as never });
    const { faults } = checkMachine({ ...machine, xstate: weak }, WIDE_CHOICES);
    expect(faults.some((fault) => fault.includes('ROLLBACK is taken (crossed: true)'))).toBe(true);
  });

  test('a guard that lets a step in doubt go on is found', () => {
    const machine = wideMachine();
    const weak = machine.xstate.provide({ guards: { ...guards, doubtful: () => false } as never });
    const { faults } = checkMachine({ ...machine, xstate: weak }, WIDE_CHOICES);
    expect(faults.some((fault) => fault.includes('what nobody knows leads to paused'))).toBe(true);
  });

  test('a machine whose way back enters elsewhere than its phase says is found', () => {
    const machine = wideMachine();
    const other = defineMachine({
      ...machine.spec,
      phases: machine.spec.phases.map((phase) =>
        phase.name === 'stop' ? { ...phase, rollbackAt: 'clear' } : phase,
      ),
    });
    const { faults } = checkMachine({ ...machine, xstate: other.xstate }, WIDE_CHOICES);
    expect(faults.some((fault) => fault.includes('enters at clear'))).toBe(true);
  });
});
