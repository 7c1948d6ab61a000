import type { AnyMachineSnapshot } from 'xstate';
import { isIrreversible } from '../irreversible';
import type { JsonObject } from '../json';
import type { Machine } from '../machine';
import { CLEANUPS, type AnswerFeed, type FailureFeed } from '../machine-guards';
import { positionOf } from '../position';
import { contextOf, dueSteps, type Feed } from '../pure-core';

/** Rounds that may come to nothing in a walk: past the first pause and the start-over after it, it repeats itself. */
const MOST_SPENT = 4;

const FAILURES: readonly FailureFeed[] = [
  { kind: 'failed', code: 'E_STEP', changed: true },
  { kind: 'blocked', code: 'E_STEP', changed: true },
  { kind: 'refused', code: 'E_STEP', changed: true },
  { kind: 'refused', code: 'E_STEP', changed: false },
  { kind: 'in-doubt', code: 'E_STEP', changed: true },
];

/** Everything that the engine, a person or the world may say to a machine in this state. */
export function possibleFeeds<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  snapshot: AnyMachineSnapshot,
): readonly Feed[] {
  return [
    ...dueSteps(snapshot).flatMap((id) => ends(snapshot, id)),
    { type: 'PAUSE' },
    { type: 'RESUME' },
    { type: 'DECIDE', choice: 'ask-again' },
    ...(mayStartOver(snapshot) ? [{ type: 'DECIDE', choice: 'start-over' } as const] : []),
    ...maybeCrossed(machine, snapshot).map(
      (crossed) => ({ type: 'ROLLBACK', crossed, consent: false, dead: [] }) as const,
    ),
    { type: 'ROLLBACK', crossed: true, consent: true, dead: [] },
    { type: 'HOST_DEAD', dead: [] },
    ...((contextOf(snapshot).spent[CLEANUPS] ?? 0) < 2 ? [{ type: 'CLEANUP', remove: [] } as const] : []),
  ];
}

/** Whether an irreversible step may have been begun where the run stands: before it never, after it always. */
export function maybeCrossed<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  snapshot: AnyMachineSnapshot,
): readonly boolean[] {
  const order = machine.spec.phases.flatMap(({ name, steps }) =>
    steps.map((step) => ({ id: `${name}/${step.name}`, step })),
  );
  const last = order.findIndex(({ step }) => isIrreversible(step));
  const at = positionOf(snapshot.value);
  if (at.direction === 'rollback' || at.direction === 'cleanup' || last === -1) return [false];
  if (at.direction === 'ended') return [true];
  const here = order.findIndex(({ id }) => id === `${at.phase}/${at.step}`);
  if (here < last) return [false];
  return here === last ? [false, true] : [true];
}

function ends(snapshot: AnyMachineSnapshot, id: string): readonly Feed[] {
  const failed = FAILURES.map((error) => ({ failed: id, error }));
  if (!id.endsWith('?')) return [{ done: id, output: null }, ...failed];
  return [...answers(snapshot, id.slice(0, -1)).map((output) => ({ done: id, output })), ...failed];
}

/** The world's present round is the one after those that were spent; an intent of it is open only if it was started. */
function answers(snapshot: AnyMachineSnapshot, step: string): readonly AnswerFeed[] {
  const { marks, spent } = contextOf(snapshot);
  const round = 1 + (spent[step] ?? 0);
  const started = marks[step] === round;
  const said = (verdict: AnswerFeed['verdict'], resumes = false, enough = false): AnswerFeed => {
    return { verdict, round, resumes, enough };
  };
  return [
    said('done'),
    said('unknown'),
    said('untouched'),
    ...(started ? [said('untouched', true), said('untouched', true, true)] : []),
    ...(round <= MOST_SPENT ? [said('spent')] : []),
  ];
}

function mayStartOver(snapshot: AnyMachineSnapshot): boolean {
  return Object.entries(contextOf(snapshot).spent).every(
    ([step, count]) => step === CLEANUPS || count < MOST_SPENT,
  );
}
