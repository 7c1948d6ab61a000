import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { act } from './act';
import { copyOf } from './folders';
import { ENDS, type Begun, type Recorded } from './order';
import type { Point } from './point-watch';
import { standingOf, type Standing } from './standing';
import type { Effect, Subject } from './subject';

/** A stretch of a run: a session's beginning, or one step. */
export interface Stretch {
  /** `phase/step`; `-` for what comes before the first step of the session; `end` after the last. */
  readonly place: string;
  /** The world as it was when it began. */
  readonly dir: string;
  readonly left: string;
  readonly points: readonly Point[];
}

/** What an uninterrupted run passed, in order. The last stretch is the end: it has no points. */
export interface Recording {
  /** `forward`, `back from PHASE`, or `cleanup`. */
  readonly name: string;
  readonly verb: Begun;
  readonly acceptDataLoss?: string;
  readonly stretches: readonly Stretch[];
}

/**
 * Has a controller act on a world from where it stands to the end, and keeps what it passed. The folder holds the copies.
 *
 * @param from the world's folder, which stays as it is @throws where it did not come to its end
 */
export async function recordRun(
  subject: Subject,
  from: string,
  keep: string,
  run: Pick<Recording, 'name' | 'verb' | 'acceptDataLoss'>,
): Promise<Recording> {
  mkdirSync(keep, { recursive: true });
  const dir = await copyOf(from, join(keep, 'end'));
  const world = await subject.openWorld(dir);
  const { verb, acceptDataLoss } = run;
  const accept = acceptDataLoss === undefined ? {} : { acceptDataLoss };
  const ended = await act({ subject: subject.id, dir, verb, record: keep, ...accept });
  if (ended.outcome === ENDS[verb]) await world.settle();
  await world.close();
  if (ended.outcome !== ENDS[verb])
    throw new Error(
      `${subject.id}, ${run.name}: the uninterrupted run ended as ${ended.outcome}\n${ended.said}`,
    );
  const lines = readFileSync(join(keep, 'points.ndjson'), 'utf8').trim().split('\n');
  const stretches: (Omit<Stretch, 'points'> & { points: Point[] })[] = [
    { place: '-', dir: from, left: '0.0.0', points: [] },
  ];
  let left = '';
  for (const said of lines.map((line) => JSON.parse(line) as Recorded)) {
    if ('step' in said) stretches.push({ place: said.step, dir: said.copy, left: said.left, points: [] });
    else {
      stretches.at(-1)?.points.push(said);
      left = said.left;
    }
  }
  stretches.push({ place: 'end', dir, left, points: [] });
  return { name: run.name, verb: run.verb, ...accept, stretches };
}

/** Everything about a world that is compared. */
export interface State {
  readonly standing: Standing | undefined;
  readonly picture: ReadonlyMap<string, string>;
  readonly effects: readonly Effect[];
}

const known = new Map<string, State>();

/** Of a folder that does not change any more; remembered. */
export function stateOf(subject: Subject, dir: string): State {
  const state = known.get(dir) ?? stateNow(subject, dir);
  known.set(dir, state);
  return state;
}

export function stateNow(subject: Subject, dir: string): State {
  return {
    standing: standingOf(dir, subject.run),
    picture: subject.picture(dir),
    effects: subject.effects(dir),
  };
}
