import type { Point } from './point-watch';
import type { Recording, Stretch } from './recording';

/** A kill and where it is. Each is gone on from twice: by a resume, and by a rollback. */
export interface Cell {
  /** `MACHINE/phase/step@target/point`, with the way back that it was on before. */
  readonly name: string;
  readonly recording: Recording;
  /** Which stretch it starts from. */
  readonly stretch: number;
  readonly point: Point;
  /** The first stretch that begins after what the kill leaves: there a resume must stand as the uninterrupted run stood. */
  readonly next: number;
  /** How many points leave just what this one does. */
  readonly stands: number;
}

/**
 * The cells of a recorded run. A controller that was killed leaves its database and the hosts, and nothing else: points between
 * which nothing was committed and no changing call began or ended leave the same, whatever was looked at in between. So one of
 * them stands for all: the last of its step, where whatever could have gone wrong on the way has. What is in flight is a cell of
 * its own: a request on its way to the guard, and a job that runs.
 */
export function cellsOf(machine: string, recording: Recording): readonly Cell[] {
  const groups = new Map<string, { stretch: number; point: Point; stands: number }>();
  recording.stretches.forEach(({ points }, stretch) => {
    for (const point of points) {
      const group = groups.get(point.left);
      // Of the next step, nothing has happened: it is not its points that are worth dying at.
      const keeps = group !== undefined && group.stretch !== stretch;
      groups.set(point.left, {
        ...(keeps ? group : { stretch, point }),
        stands: (group?.stands ?? 0) + 1,
      });
    }
  });
  return [...groups.values()].map((group) => ({
    ...group,
    name: nameOf(machine, recording, group.point),
    recording,
    next: nextOf(recording.stretches, group.stretch, group.point),
  }));
}

function nameOf(machine: string, recording: Recording, { name, nth }: Point): string {
  const way = recording.name === 'forward' ? '' : `(${recording.name}) `;
  return `${way}${machine}/${name}${nth > 1 ? `#${nth}` : ''}`;
}

/** What stands when a stretch begins is what its first point leaves; the end, what the last one does. */
function nextOf(stretches: readonly Stretch[], from: number, { left }: Point): number {
  const found = stretches.findIndex((stretch, index) => index > from && stretch.left !== left);
  return found === -1 ? stretches.length - 1 : found;
}
