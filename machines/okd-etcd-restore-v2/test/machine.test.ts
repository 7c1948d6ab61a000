import { checkMachine } from '@pawl/engine';
import { withoutAnswer } from '../../../test/machines/left-open';
import { stepsInWords } from '../../../test/machines/steps-in-words';
import { okdEtcdRestoreV2 as machine } from '../src';
import { choicesOf } from './helpers/choices-of';

test('whatever world, operator and steps say, the machine keeps its word', () => {
  const { states, edges, faults } = checkMachine(machine, choicesOf());
  process.stdout.write(`model: ${machine.spec.id}: ${states} states, ${edges} edges\n`);
  expect(faults).toEqual([]);
  expect(states).toBeGreaterThan(100);
});

test('every step that changes something says how it is decided what became of it', () => {
  expect(withoutAnswer(machine.spec)).toEqual([]);
});

test('the phases and their steps', () => {
  expect(stepsInWords(machine.spec)).toMatchSnapshot();
});

test('migrate is no part of it, and the start of the masters is all that can’t be taken back', () => {
  const steps = machine.spec.phases.flatMap((phase) =>
    phase.steps.map((step) => ({ id: `${phase.name}/${step.name}`, step })),
  );
  expect(steps.filter(({ step }) => step.kind === 'one-shot')).toEqual([]);
  expect(
    steps.flatMap(({ id, step }) => (step.kind !== 'read' && step.undoneBy === 'irreversible' ? [id] : [])),
  ).toEqual(['start-masters/release-and-start']);
});
