import { join } from 'node:path';
import { isIrreversible } from '@pawl/engine';
import { act, type Ended } from './act';
import type { Cell } from './cells';
import { differences, tooOften, type Counts } from './differences';
import { copyOf, removeFolder } from './folders';
import { ENDS, type Order } from './order';
import { stateNow, stateOf, type Recording, type State } from './recording';
import type { OpenWorld, Subject } from './subject';

export type Way = 'resume' | 'rollback';

export interface CellRun {
  readonly subject: Subject;
  readonly cell: Cell;
  readonly way: Way;
  /** The world before anything was done. */
  readonly original: string;
  /** How often something is done on an uninterrupted run and a way back from it, at most. */
  readonly allowed: Counts;
  /** The controller that goes on is killed once more, and another goes on: where, is drawn with this number. */
  readonly again: number | undefined;
  /** Told of each kill that landed. */
  readonly onKill: () => void;
  /** Where copies are made. */
  readonly folder: string;
}

/** Kills a controller at the cell's point, goes on, and says what is not as it must be: nothing, if all is well. */
export async function runCell(run: CellRun): Promise<readonly string[]> {
  const { subject, cell } = run;
  // A step that is passed twice has cells of one name.
  const name = `${cell.stretch}.${cell.name.replace(/[^A-Za-z0-9.-]+/g, '_')}`;
  const dir = join(run.folder, `${name}.${run.way}.${run.again ?? 0}`);
  const stretch = cell.recording.stretches[cell.stretch]!;
  await copyOf(stretch.dir, dir);
  const world = await subject.openWorld(dir);
  try {
    const { point } = cell;
    const verb = cell.stretch === 0 ? cell.recording.verb : 'resume';
    const killed = await act({ ...orderOf(run, dir), verb, killAt: point });
    if (killed.killedAt !== point.name) return [`the kill at ${point.name} missed: ${killed.said}`];
    run.onKill();
    // A job that is held stays so until somebody has come and seen it run.
    if (point.runs === undefined) await world.settle();
    const left = stateNow(subject, dir);
    const wrong =
      cell.recording.name === 'forward' && run.way === 'rollback'
        ? await goBack(run, dir, world, left)
        : await goOn(run, dir, world, left);
    return [...wrong, ...subject.brokenRules(subject.effects(dir), dir)];
  } finally {
    await world.close();
    await removeFolder(dir);
  }
}

/**
 * Goes on to where the next step begins, and is killed there. If what stands is what the uninterrupted run had left by then, the
 * rest needs no test here: that very state is a cell of its own, killed there and gone on from, and so on to the last. So by
 * induction each ends as the uninterrupted run does.
 */
async function goOn(run: CellRun, dir: string, world: OpenWorld, left: State): Promise<readonly string[]> {
  const { subject, cell, way } = run;
  const { recording } = cell;
  const goal = recording.stretches[cell.next]!;
  const end = goal.place === 'end';
  const done = ENDS[recording.verb];
  if (left.standing?.state !== done) {
    // Before it was durable that somebody began, or asked for the way back, there is nothing to go on with: it is asked for anew.
    const verb = hasBegun(recording, left) ? onwards(recording, way) : recording.verb;
    const killBefore = end ? {} : { killBefore: goal.place };
    const ended = await actOnce(run, { ...orderOf(run, dir), verb, ...killBefore });
    if (end ? ended.outcome !== done : ended.killedAt !== goal.place)
      return [`gone on with, it did not come to ${end ? done : goal.place}: ${ended.said}`];
  }
  await world.settle();
  return differences(stateNow(subject, dir), stateOf(subject, goal.dir));
}

function hasBegun({ verb }: Recording, { standing }: State): boolean {
  if (verb === 'start') return standing !== undefined;
  return standing?.checkpoint.includes(`{"value":{"${verb}":`) === true;
}

/** Of a cleanup there is no way back: it is asked for once more. */
function onwards({ verb }: Recording, way: Way): Order['verb'] {
  return verb === 'cleanup' && way === 'rollback' ? verb : way;
}

/** All the way back, to the original. Past the point of no return it is refused, or loses what it says by name. */
async function goBack(run: CellRun, dir: string, world: OpenWorld, left: State): Promise<readonly string[]> {
  const { subject, original } = run;
  const order = { subject: subject.id, dir, verb: 'rollback' } as const;
  let ended = await actOnce(run, order);
  const wrong: string[] = [];
  const begun = left.standing !== undefined;
  if (!begun && ended.outcome === 'E_NO_RUN') ended = { ...ended, outcome: 'rolled-back' };
  if (ended.outcome === 'E_DATA_LOSS') {
    if (!hasCrossed(subject, left))
      wrong.push(`it would lose data before the point of no return: ${ended.said}`);
    const { lossName } = subject;
    if (lossName !== undefined) ended = await actOnce(run, { ...order, acceptDataLoss: lossName });
  }
  if (ended.outcome !== 'rolled-back')
    return [...wrong, `taken back, it ended as ${ended.outcome}: ${ended.said}`];
  await world.settle();
  const state = stateNow(subject, dir);
  const before = stateOf(subject, original);
  const excused = (key: string): boolean => subject.isEvidence(key);
  wrong.push(
    ...differences(
      { ...state, standing: undefined },
      { ...before, standing: undefined, effects: state.effects },
      excused,
    ),
  );
  if (state.standing?.chain === false) wrong.push('its journal does not verify');
  if ((state.standing?.open ?? 0) > 0) wrong.push('an intent is open at the end');
  return [...wrong, ...tooOften(state.effects, run.allowed)];
}

/** A way back past the point of no return is asked for with what it costs. */
function orderOf({ subject, cell }: CellRun, dir: string): Pick<Order, 'subject' | 'dir' | 'acceptDataLoss'> {
  const { acceptDataLoss } = cell.recording;
  return { subject: subject.id, dir, ...(acceptDataLoss !== undefined && { acceptDataLoss }) };
}

/**
 * Killed on the way where the cell says so: then another controller goes on. One that has passed fewer points is killed at its
 * end, or where it was to stop: the second kill always lands.
 */
async function actOnce(run: CellRun, order: Order): Promise<Ended> {
  if (run.again === undefined) return act(order);
  const killed = await act({ ...order, killNth: secondKill(run, run.again, order), killAtEnd: true });
  if (killed.killedAt === undefined) return { outcome: 'not killed again', said: killed.said };
  run.onKill();
  if (killed.outcome !== 'killed') return killed;
  const state = stateNow(run.subject, order.dir).standing?.state;
  const { verb } = order;
  const end = verb === 'resume' ? ENDS[run.cell.recording.verb] : ENDS[verb];
  if (state === end) return { ...killed, outcome: end };
  return act({ ...order, verb: verb === 'start' && state !== undefined ? 'resume' : verb });
}

/** So many points, at least, has a session before its first step. */
const OF_A_SESSION = 20;

/** One of the points up to where it is to stop, as far as it is known how many there are: what was recorded, and a session's own. */
function secondKill(
  { cell: { recording, stretch, next, point } }: CellRun,
  again: number,
  order: Order,
): number {
  if (order.verb === 'rollback' && recording.verb === 'start') return 1 + (again % 40);
  const ahead = recording.stretches.slice(stretch, next).flatMap(({ points }) => points);
  return 1 + (again % (OF_A_SESSION + ahead.length - ahead.indexOf(point) - 1));
}

function hasCrossed(subject: Subject, { standing }: State): boolean {
  const steps = subject.machine.spec.phases.flatMap((phase) =>
    phase.steps.filter(isIrreversible).map((step) => `${phase.name}/${step.name}@`),
  );
  return standing?.intents.some((line) => steps.some((step) => line.startsWith(step))) === true;
}
