import { PawlError } from './errors';

/** Where a run stands, read off the value of its state; needs no machine, so that `status` works without one. */
export type Position =
  | {
      readonly direction: Direction;
      readonly phase: string;
      readonly step: string;
      readonly inner: StepState;
    }
  | { readonly direction: 'ended'; readonly ended: 'completed' | 'rolled-back' | 'refused' | 'closed' };

/** Which row of phases. */
export type Direction = 'forward' | 'rollback' | 'cleanup';

/** The states inside a step. */
export type StepState = 'asking' | 'running' | 'paused' | 'in-doubt';

/** Reads a state's value. Pure. @throws PawlError `E_CHECKPOINT` on a value that no machine of `defineMachine` rests or works in */
export function positionOf(value: unknown): Position {
  if (value === 'completed' || value === 'rolled-back' || value === 'refused' || value === 'closed') {
    return { direction: 'ended', ended: value };
  }
  const [direction, phases] = onlyEntry(value);
  const [phase, steps] = onlyEntry(phases);
  const [step, inner] = onlyEntry(steps);
  if (
    (direction === 'forward' || direction === 'rollback' || direction === 'cleanup') &&
    phase !== undefined &&
    step !== undefined &&
    isStepState(inner)
  ) {
    return { direction, phase, step, inner };
  }
  throw new PawlError(
    'E_CHECKPOINT',
    `the checkpoint's state is not one of a step: ${JSON.stringify(value)}`,
    {
      hint: 'The checkpoint was not written by this program, or was changed. Nothing was done.',
    },
  );
}

/** A step is, and wants a decision. @throws as `positionOf` */
export function isInDoubt(value: unknown): boolean {
  const at = positionOf(value);
  return at.direction !== 'ended' && at.inner === 'in-doubt';
}

function onlyEntry(value: unknown): [string | undefined, unknown] {
  if (typeof value !== 'object' || value === null) return [undefined, undefined];
  const entries = Object.entries(value);
  const [first] = entries;
  return first !== undefined && entries.length === 1 ? first : [undefined, undefined];
}

function isStepState(value: unknown): value is StepState {
  return value === 'asking' || value === 'running' || value === 'paused' || value === 'in-doubt';
}
