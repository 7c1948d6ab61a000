import * as fc from 'fast-check';
import { join } from 'node:path';
import { act } from './act';
import { differences, tooOften, type Counts } from './differences';
import { copyOf, removeFolder } from './folders';
import { stateNow, stateOf, type Recording } from './recording';
import type { Subject } from './subject';

export interface Schedules {
  readonly subject: Subject;
  readonly original: string;
  readonly forward: Recording;
  readonly allowed: Counts;
  readonly folder: string;
  readonly runs: number;
  /** To see one again: what an earlier failure printed. */
  readonly seed?: number;
  readonly path?: string;
}

/** How far a controller comes before it is killed, in points, and whether it was told to go on or to go back. */
interface Session {
  readonly points: number;
  readonly verb: 'on' | 'back';
}

/**
 * Several kills in one run, wherever they fall: each controller passes some points and is killed, and the last one comes to the
 * end. fast-check makes the schedules; what it prints when one fails gives the same again. @returns how many controllers were killed
 */
export async function killSchedules(schedules: Schedules): Promise<number> {
  const { forward, runs, seed, path } = schedules;
  const points = forward.stretches.reduce((sum, stretch) => sum + stretch.points.length, 0);
  const session = fc.record({
    points: fc.integer({ min: 1, max: Math.ceil(points / 2) }),
    // Once it goes back, it goes back.
    verb: fc.oneof({ weight: 3, arbitrary: fc.constant('on' as const) }, fc.constant('back' as const)),
  });
  let kills = 0;
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(session, { minLength: 2, maxLength: 5 }), async (sessions) => {
      const { killed, wrong } = await runSchedule(schedules, sessions, (number += 1));
      kills += killed;
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
    }),
    {
      numRuns: runs,
      // A smaller schedule takes as long as a large one: the first that fails is told.
      endOnFailure: true,
      ...(seed !== undefined && { seed }),
      ...(path !== undefined && { path }),
    },
  );
  return kills;
}

async function runSchedule(
  { subject, original, forward, allowed, folder }: Schedules,
  sessions: readonly Session[],
  number: number,
): Promise<{ readonly killed: number; readonly wrong: readonly string[] }> {
  const dir = await copyOf(original, join(folder, `schedule-${number}`));
  const world = await subject.openWorld(dir);
  const order = { subject: subject.id, dir };
  let killed = 0;
  let verb: 'start' | 'resume' | 'rollback' = 'start';
  try {
    const on = (): typeof verb => (stateNow(subject, dir).standing === undefined ? 'start' : 'resume');
    for (const session of sessions) {
      verb = verb === 'rollback' || (session.verb === 'back' && on() === 'resume') ? 'rollback' : on();
      const { killedAt, outcome, said } = await act({ ...order, verb, killNth: session.points });
      if (killedAt !== undefined) killed += 1;
      else if (outcome === 'E_DATA_LOSS') verb = 'resume';
      else if (ENDS.includes(outcome)) break;
      else return { killed, wrong: [`after ${killed} kills it ended as ${outcome}: ${said}`] };
    }
    const state = stateNow(subject, dir).standing?.state;
    if (state !== 'completed' && state !== 'rolled-back') {
      const { outcome, said } = await act({ ...order, verb: verb === 'rollback' ? verb : on() });
      if (!ENDS.includes(outcome)) return { killed, wrong: [`at last it ended as ${outcome}: ${said}`] };
    }
    await world.settle();
    const is = stateNow(subject, dir);
    const end = stateOf(subject, forward.stretches.at(-1)!.dir);
    const wrong =
      is.standing?.state === 'completed'
        ? differences(is, end)
        : differences(
            { ...is, standing: undefined },
            { ...stateOf(subject, original), standing: undefined, effects: is.effects },
            (key) => subject.isEvidence(key),
          ).concat(tooOften(is.effects, allowed));
    const broken = subject.brokenRules(is.effects, dir);
    return { killed, wrong: [...wrong, ...broken, ...(is.standing?.chain === true ? [] : ['no chain'])] };
  } finally {
    await world.close();
    await removeFolder(dir);
  }
}

const ENDS = ['completed', 'rolled-back'];
