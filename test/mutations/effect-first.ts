import type { Edit } from './mutation';

/** The effect is made, then its intent is written down: noticed on the store’s disk, and by a cell of the kill matrix. */
export const EFFECT_FIRST: readonly Edit[] = [
  {
    file: 'packages/engine/src/run-target.ts',
    from: `    const intent = last.open ?? openIntent(work, due, target, last);
    fan.inFlight.add(target);
    const ended = await attempt(runnerOf(work, due, intent), due.step.deadlineMs, fan.attempts);`,
    to: `    const foreseen = { name: due.name, target, attempt: last.attempts + 1, seq: work.lastSeq + 1 };
    const planned = last.open ?? newIntent(work, due, foreseen);
    fan.inFlight.add(target);
    const ended = await attempt(runnerOf(work, due, planned), due.step.deadlineMs, fan.attempts);
    const intent = last.open ?? openIntent(work, due, target, last);`,
  },
  {
    file: 'packages/engine/src/run-target.ts',
    from: "import { openIntent, type Opened } from './open-intent';",
    to: "import { newIntent, openIntent, type Opened } from './open-intent';",
  },
];
