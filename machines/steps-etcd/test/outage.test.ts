import type { JournalRow } from '@pawl/engine';
import { outageClock } from '../src/outage';

let seq = 0;
const row = (
  at: number,
  kind: JournalRow['kind'],
  step: string,
  target: string,
  state?: string,
): JournalRow => ({
  ...{ run: 'r', seq: ++seq, kind, prev: '', hash: '' },
  at: new Date(at * 1000).toISOString(),
  data: { step, target, ...(state === undefined ? {} : { state }) },
});
const stop = (at: number, master: string): JournalRow =>
  row(at, 'intent', 'stop-masters/stop-and-hold', master);
const start = (at: number, master: string, state = 'succeeded'): JournalRow =>
  row(at, 'outcome', 'start-masters/release-and-start', master, state);
const down = (at: number, master: string): JournalRow =>
  row(at, 'intent', 'masters-down/stop-and-hold', master);
const back = (at: number, master: string): JournalRow =>
  row(at, 'outcome', 'masters-back/release-and-start', master, 'succeeded');
const closing = (at: number): JournalRow => ({
  ...row(at, 'entered', '', ''),
  data: { direction: 'rollback', phase: 'fences-closed' },
});
const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

test.each<readonly [string, readonly JournalRow[], ReturnType<typeof outageClock>]>([
  ['before the first stop', [row(1, 'intent', 'prepare/plant-fences', '-')], {}],
  ['from the first stop on', [stop(5, 'm1'), stop(6, 'm2')], { startedAt: at(5) }],
  ['one of two is back', [stop(5, 'm1'), stop(5, 'm2'), start(90, 'm1')], { startedAt: at(5) }],
  ['a failed start is none', [stop(5, 'm1'), start(90, 'm1', 'failed')], { startedAt: at(5) }],
  [
    'all are back',
    [stop(5, 'm1'), stop(5, 'm2'), start(90, 'm1'), start(95, 'm2')],
    { startedAt: at(5), endedAt: at(95) },
  ],
  [
    'stopped again by a retry',
    [stop(5, 'm1'), stop(8, 'm1'), start(90, 'm1')],
    { startedAt: at(5), endedAt: at(90) },
  ],
  ['back on v2', [stop(5, 'm1'), down(20, 'm1'), back(30, 'm1')], { startedAt: at(5), endedAt: at(30) }],
  [
    'of a completed run that goes back the second one counts',
    [stop(5, 'm1'), start(9, 'm1'), down(50, 'm1')],
    { startedAt: at(50) },
  ],
  [
    'without a master that was left behind',
    [stop(5, 'm1'), stop(5, 'm2'), back(30, 'm1'), closing(31)],
    { startedAt: at(5), endedAt: at(31) },
  ],
])('%s', (_, rows, clock) => {
  expect(outageClock(rows)).toEqual(clock);
});
