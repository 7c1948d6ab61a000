import { checkMachine } from '@pawl/engine';
import { withoutAnswer } from '../../../test/machines/left-open';
import { okdEtcdCheckBackup as machine } from '../src';
import { choicesOf } from './helpers/choices-of';

test('whatever world, operator and steps say, the machine keeps its word', () => {
  const { states, edges, faults } = checkMachine(machine, choicesOf());
  process.stdout.write(`model: ${machine.spec.id}: ${states} states, ${edges} edges\n`);
  expect(faults).toEqual([]);
  expect(states).toBeGreaterThan(30);
});

test('every step that changes something says how it is decided what became of it', () => {
  expect(withoutAnswer(machine.spec)).toEqual([]);
});

test('nothing but the scratch and the fences is ever changed', () => {
  const effects = machine.spec.phases.flatMap((phase) =>
    phase.steps.flatMap((step) => (step.kind === 'read' ? [] : [`${phase.name}/${step.name}`])),
  );
  expect(effects).toEqual([
    'prepare/plant-fences',
    'rehearse/scratch-copy',
    'rehearse/scratch-start',
    'rehearse/scratch-remove',
    'finish/close-fences',
  ]);
});
