import { outages, type Sample } from '../src/probe/outages';

/** `"m1": "1+ 2- 3+"`: answered at second 1, failed at 2, answered at 3. */
function samples(lines: Record<string, string>): Sample[] {
  return Object.entries(lines).flatMap(([master, line]) =>
    line.split(' ').map((one) => {
      const answered = Number.parseFloat(one) * 1000;
      return { master, asked: answered - 10, answered, ok: one.endsWith('+') };
    }),
  );
}
const seconds = (list: readonly { readonly seconds: number }[]) => list.map((outage) => outage.seconds);

test('an outage lasts from the last success before to the first success after', () => {
  const report = outages(samples({ m1: '1+ 2+ 3- 4- 7+ 8+' }), ['m1']);
  expect(report.perMaster['m1']).toEqual([{ from: 2000, to: 7000, seconds: 5 }]);
});

test('slow, and no failure: no outage', () => {
  expect(outages(samples({ m1: '1+ 9+' }), ['m1']).any).toEqual([]);
});

test('any is the union, all is what the masters have in common', () => {
  const report = outages(samples({ m1: '1+ 2- 6+ 9+', m2: '1+ 4+ 5- 8+ 9+' }), ['m1', 'm2']);
  expect(seconds(report.any)).toEqual([7]);
  expect(seconds(report.all)).toEqual([2]);
});

test('masters that are out one after the other are never out together', () => {
  const report = outages(samples({ m1: '1+ 2- 3+ 9+', m2: '1+ 5+ 6- 7+ 9+' }), ['m1', 'm2']);
  expect(seconds(report.any)).toEqual([2, 2]);
  expect(report.all).toEqual([]);
});

test('an outage that has not ended says so', () => {
  const report = outages(samples({ m1: '1+ 2- 5-', m2: '1+ 5+' }), ['m1', 'm2']);
  expect(report.perMaster['m1']).toEqual([{ from: 1000, to: 5000, seconds: 4, open: true }]);
  expect(report.any).toMatchObject([{ open: true }]);
});
