import { parseClosedRun } from '../../src/guard/parse-closed-run';

const closing = (outcome: string, claim: string, day: number, more = ''): string =>
  `outcome ${outcome}\nclaim ${claim}\nowner root@desk\nat 2026-11-${day}T10:00:00Z\n${more}`;

test.each([
  ['closed once', closing('completed', 'c1', 10), ['completed', 'c1', 10]],
  [
    'cleaned up since: it ended when it ended',
    closing('completed', 'c1', 10) + closing('completed', 'c2', 25) + closing('completed', 'c3', 26),
    ['completed', 'c3', 10],
  ],
  [
    'taken back since, and cleaned up',
    closing('completed', 'c1', 10) + closing('rolled-back', 'c2', 12) + closing('rolled-back', 'c3', 25),
    ['rolled-back', 'c3', 12],
  ],
])('%s', (_, record, [outcome, claim, day]) => {
  const owner = 'root@desk';
  expect(parseClosedRun('okd-1', record)).toEqual({
    ...{ run: 'okd-1', outcome, claim, owner, at: `2026-11-${String(day)}T10:00:00Z` },
  });
});

test('of one that was given up: by whom, and why', () => {
  const record =
    closing('completed', 'c1', 10) + closing('abandoned', 'c2', 11, 'by eve@desk\nreason it is gone\n');
  expect(parseClosedRun('okd-1', record)).toMatchObject({
    ...{ outcome: 'abandoned', at: '2026-11-11T10:00:00Z', by: 'eve@desk', reason: 'it is gone' },
  });
});

test('nothing in it: nothing is made up', () => {
  expect(parseClosedRun('okd-1', '')).toEqual({ run: 'okd-1', outcome: '', claim: '', owner: '', at: '' });
});
