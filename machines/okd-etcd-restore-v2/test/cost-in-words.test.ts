import { costInWords } from '../src/cost-in-words';

const since = '2026-11-02T03:12:00.000Z';
const later = (ms: number): number => Date.parse(since) + ms;
const HOUR = 3_600_000;

test('what is lost is told by number, and since when', () => {
  const [first, second] = costInWords(
    { v3: { keys: 3526, written: 214 }, v2: { keys: 3400, written: 0 }, since },
    later(22 * 24 * HOUR),
  );
  expect(first).toContain('(22 days ago)');
  expect(second).toBe(
    'Now v3 holds 3526 keys, 214 of them written since; v2 holds 3400 keys, 0 of them written since. Keys that a migration gave leases count as written.',
  );
});

test('where nobody knows up to where the backup reaches, it is not guessed', () => {
  expect(costInWords({ v3: { keys: 10, written: null }, v2: null, since }, later(HOUR))[1]).toBe(
    'Now v3 holds 10 keys.',
  );
});

test('where no member answers, that is said', () => {
  expect(costInWords({ v2: null, v3: null, since }, later(0))[1]).toContain('No member answers');
});

test('where a store can’t be read, why is said', () => {
  const unread = ['v2: the certificate was refused'];
  expect(costInWords({ v2: null, v3: null, since, unread }, later(0))[1]).toBe(
    'Neither store can be read (v2: the certificate was refused), so how much that is can’t be told.',
  );
  expect(costInWords({ v2: null, v3: { keys: 10, written: null }, since, unread }, later(0))[1]).toBe(
    'Now v3 holds 10 keys. What else there is can’t be told: v2: the certificate was refused.',
  );
});

test.each([
  [0, '0 min'],
  [90 * 60_000, '90 min'],
  [5 * HOUR, '5 h'],
  [100 * HOUR, '4 days'],
])('%d ms are %s', (ms, words) => {
  expect(costInWords({ v2: null, v3: null, since }, later(ms))[0]).toContain(`(${words} ago)`);
});
