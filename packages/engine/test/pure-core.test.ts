import fc from 'fast-check';
import { positionOf } from '@pawl/engine';
import { transition } from 'xstate';
import { begin, dueSteps, eventOf, next, persist, restore, takes } from '../src/pure-core';
import { possibleFeeds } from '../src/testing/possible-feeds';
import { WIDE_CHOICES, wideMachine } from './machines/wide';

const machine = wideMachine();
const { xstate } = machine;

describe('a checkpoint', () => {
  test('saved and restored between all transitions of any walk changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (choices) => {
        let straight = begin(xstate, WIDE_CHOICES);
        let stored = persist(xstate, straight);
        for (const choice of choices) {
          const feeds = possibleFeeds(machine as never, straight).filter((feed) => takes(straight, feed));
          const feed = feeds[choice % Math.max(1, feeds.length)];
          if (feed === undefined) break;
          straight = next(xstate, straight, feed);
          const restored = next(xstate, restore(xstate, stored), feed);
          stored = persist(xstate, restored);
          expect(stored).toEqual(persist(xstate, straight));
          expect(dueSteps(restore(xstate, stored))).toEqual(dueSteps(straight));
          expect(() => positionOf(stored['value'])).not.toThrow();
        }
      }),
    );
  });

  test('after any walk is the one that xstate’s own pure transition gives', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (choices) => {
        let at = begin(xstate, WIDE_CHOICES);
        for (const choice of choices) {
          const feeds = possibleFeeds(machine as never, at).filter((feed) => takes(at, feed));
          const feed = feeds[choice % Math.max(1, feeds.length)];
          if (feed === undefined) break;
          const [theirs] = transition(xstate, at, eventOf(feed));
          at = next(xstate, at, feed);
          expect(persist(xstate, at)).toEqual(persist(xstate, theirs));
          expect(dueSteps(at)).toEqual(dueSteps(theirs));
        }
      }),
    );
  });

  const stored = persist(xstate, begin(xstate, WIDE_CHOICES));

  test.each([
    ['a phase without its step', { forward: 'work' }],
    ['a step without its state', { forward: { work: 'copy' } }],
    ['nothing', {}],
    ['a step that is gone', { forward: { work: { gone: 'running' } } }],
    ['a phase that is gone', { forward: { gone: { copy: 'running' } } }],
  ])('that holds %s is refused, not repaired', (_what, value) => {
    expect(() => restore(xstate, { ...stored, value })).toThrow(
      expect.objectContaining({ code: 'E_CHECKPOINT' }) as Error,
    );
  });

  test('with children or history that this machine does not have is refused', () => {
    for (const more of [{ children: { x: {} } }, { historyValue: { gone: ['x'] } }]) {
      expect(() => restore(xstate, { ...stored, ...more })).toThrow(
        expect.objectContaining({ code: 'E_CHECKPOINT' }) as Error,
      );
    }
  });
});

describe('an event', () => {
  const start = begin(xstate, WIDE_CHOICES);

  test.each([
    ['the outcome of a step that is not due', { done: 'work/copy', output: null }],
    ['a resume of what is not paused', { type: 'RESUME' } as const],
    ['a decision without a doubt', { type: 'DECIDE', choice: 'ask-again' } as const],
  ])('%s is refused', (_what, feed) => {
    expect(takes(start, feed)).toBe(false);
    expect(() => next(xstate, start, feed)).toThrow(expect.objectContaining({ code: 'E_EVENT' }) as Error);
  });

  test('after the end is refused', () => {
    const end = next(xstate, start, {
      failed: 'inspect/measure',
      error: { kind: 'refused', code: 'E', changed: false },
    });
    expect(positionOf(end.value)).toEqual({ direction: 'ended', ended: 'refused' });
    expect(takes(end, { type: 'ROLLBACK', crossed: false, consent: false, dead: [] })).toBe(false);
  });
});
