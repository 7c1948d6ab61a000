import type { Point } from './point-watch';

/** What a controller process is told to do; its one argument, as JSON. */
export interface Order {
  readonly subject: string;
  /** The world's folder; the database and the run's own files lie in it, too. */
  readonly dir: string;
  readonly verb: Begun | 'resume';
  readonly acceptDataLoss?: string;
  /** It kills itself there. */
  readonly killAt?: Pick<Point, 'place' | 'name' | 'nth' | 'runs'>;
  /** It kills itself at its so-many-eth point, whichever that is. */
  readonly killNth?: number;
  /** It kills itself when it is done, if it still lives then. What it would have said is told to the test alone. */
  readonly killAtEnd?: true;
  /** It kills itself when this step begins. */
  readonly killBefore?: string;
  /** It says every point, and copies the world into this folder when a step begins. */
  readonly record?: string;
}

/** A line of what was recorded. */
export type Recorded = { readonly step: string; readonly copy: string; readonly left: string } | Point;

/** How an uninterrupted run ends that began so. */
export const ENDS = { start: 'completed', rollback: 'rolled-back', cleanup: 'closed' } as const;
export type Begun = keyof typeof ENDS;

/** Where the database of a world lies. */
export const CONTROLLER = 'controller';
