import type { EngineEvent, JournalKind, JournalRow, JsonObject } from '@pawl/engine';
import { outageSeconds } from '../src/outage';
import { createColors } from 'picocolors';
import { statusLine } from '../src/render/progress';
import { advance, type ProgressView } from '../src/progress-view';

const START: ProgressView = {
  run: 'r',
  rows: { forward: ['a', 'b'], rollback: ['c'], cleanup: [] },
  direction: 'forward',
  phase: 'a',
  step: undefined,
  busy: [],
  done: 0,
  since: undefined,
  message: undefined,
  outage: {},
  note: undefined,
};

function row(kind: JournalKind, data: JsonObject = {}, seconds = 0): EngineEvent {
  const at = `2026-11-24T10:00:${String(seconds).padStart(2, '0')}.000Z`;
  const whole: JournalRow = { run: 'r', seq: 1, at, kind, data, prev: '', hash: '' };
  return { type: 'journal', row: whole };
}

const after = (...events: readonly EngineEvent[]): ProgressView =>
  events.reduce((view, event) => advance(view, event, {}), START);

test('a step is shown from its first intent on, with the hosts at work and those done', () => {
  const view = after(
    row('entered', { phase: 'b' }),
    row('intent', { step: 'b/copy', target: 'h1' }, 1),
    row('intent', { step: 'b/copy', target: 'h2' }, 2),
    row('outcome', { step: 'b/copy', target: 'h1', state: 'succeeded' }, 3),
  );
  expect(view).toMatchObject({
    phase: 'b',
    step: 'copy',
    busy: ['h2'],
    done: 1,
    since: '2026-11-24T10:00:01.000Z',
  });
});

test('the next step starts anew; a failed target is not at work and not done', () => {
  const view = after(
    row('intent', { step: 'b/copy', target: 'h1' }),
    row('outcome', { step: 'b/copy', target: 'h1', state: 'failed' }),
    row('intent', { step: 'b/check', target: '-' }, 9),
  );
  expect(view).toMatchObject({ step: 'check', busy: ['-'], done: 0, since: '2026-11-24T10:00:09.000Z' });
});

test('what a step says is shown until the next step', () => {
  const said = advance(
    after(row('intent', { step: 'a/x', target: 'h1' })),
    { type: 'progress', run: 'r', phase: 'a', step: 'x', target: 'h1', message: 'half' },
    {},
  );
  expect(said.message).toBe('h1: half');
  expect(advance(said, row('intent', { step: 'a/y', target: 'h1' }), {}).message).toBeUndefined();
});

test('a run at rest has nobody at work, and is not pausing any more', () => {
  const view = advance(
    { ...after(row('intent', { step: 'a/x', target: 'h1' })), note: 'pausing' },
    row('paused', { step: 'a/x' }),
    {},
  );
  expect(view).toMatchObject({ busy: [], note: undefined });
});

test('the question of a one-shot step is at work until it is answered', () => {
  const asked = after(row('intent', { step: 'a/x?', target: 'h1' }));
  expect(asked).toMatchObject({ step: 'x', busy: ['h1'] });
  expect(advance(asked, row('answer', { step: 'a/x', target: 'h1', verdict: 'untouched' }), {}).busy).toEqual(
    [],
  );
});

test.each([
  [{}, null],
  [{ startedAt: '2026-11-24T10:00:00Z' }, 90],
  [{ startedAt: '2026-11-24T10:00:00Z', endedAt: '2026-11-24T10:01:00Z' }, 60],
])('the outage clock of %j shows %s', (outage, seconds) =>
  expect(outageSeconds(outage, new Date('2026-11-24T10:01:30Z'))).toBe(seconds),
);

test('a phase is counted among those of its direction, also for who comes later', () => {
  const paper = { columns: 80, colours: createColors(false) };
  const line = (view: ProgressView): string => statusLine(view, new Date('2026-11-24T10:00:09Z'), paper);
  expect(line(after(row('entered', { phase: 'b', direction: 'forward' })))).toBe('2/2 b');
  const back = after(row('entered', { phase: 'b' }), row('entered', { phase: 'c', direction: 'rollback' }));
  expect(line(back)).toBe('way back 1/1 c');
  expect(line(advance(back, row('intent', { step: 'c/undo', target: 'h1' }, 9), {}))).toContain(
    'way back 1/1 c  undo on h1',
  );
});
