import { nextRunId } from '@pawl/engine';

const date = new Date('2026-11-24T23:59:59Z');

test('the first name of a day ends in 1, the next free one is taken', () => {
  const taken = new Set(['okd-20261124-1', 'okd-20261124-2', 'okd-20261124-4']);
  expect(nextRunId('okd', date, () => false)).toBe('okd-20261124-1');
  expect(nextRunId('okd', date, (run) => taken.has(run))).toBe('okd-20261124-3');
});
