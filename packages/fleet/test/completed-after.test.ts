import { completedAfter } from '../src';

const RUN = { run: 'okd-20261120-1', outcome: 'completed', at: '2026-11-20T10:00:00Z' };
const later = { run: 'restore-20261121-1', outcome: 'completed', at: '2026-11-21T10:00:00Z' };

test.each([
  ['a later one', [RUN, later], [later]],
  ['whichever record is read first', [later, RUN], [later]],
  ['one that was taken back', [RUN, { ...later, outcome: 'rolled-back' }], []],
  ['one that was given up', [RUN, { ...later, outcome: 'abandoned' }], []],
  ['one from before', [RUN, { ...later, at: '2026-11-19T10:00:00Z' }], []],
  ['one whose record has no time', [RUN, { run: later.run, outcome: 'completed' }], []],
  ['a host that has no record of the run', [later], []],
  [
    'a host where the run ended at a time that is not known',
    [{ run: RUN.run, outcome: 'completed' }, later],
    [],
  ],
])('%s', (_, closed, found) => {
  expect(completedAfter(RUN.run, closed)).toEqual(found);
});
