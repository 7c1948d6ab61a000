import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { PawlError } from './errors';
import { optional } from './failure';
import { next, takes } from './pure-core';
import type { RunRecord } from './records';
import type { SessionMove } from './session-move';

/** The first commit of a cleanup: there is no way back after it. @throws PawlError `E_NOT_ENDED`, `E_NO_CLEANUP` */
export function cleanupMove(
  xstate: AnyStateMachine,
  from: AnyMachineSnapshot,
  { run, state }: RunRecord,
  { by, remove, reason }: Readonly<{ by: string; remove: readonly string[]; reason: string | undefined }>,
): SessionMove {
  const event = { type: 'CLEANUP', remove } as const;
  if (!takes(from, event)) {
    if (state === 'completed' || state === 'rolled-back' || state === 'closed')
      throw new PawlError('E_NO_CLEANUP', `the machine of run ${run} has nothing to clean up with`, {
        where: run,
        hint: 'What it has set aside, if anything, is removed by hand.',
      });
    throw new PawlError('E_NOT_ENDED', `run ${run} is ${state}: it still needs what it has set aside`, {
      hint: 'Resume it, or roll it back, first.',
    });
  }
  return {
    boundary: 'cleanup',
    entries: [{ kind: 'cleanup', data: { by, remove, ...optional('reason', reason) } }],
    state: 'running',
    next: next(xstate, from, event),
  };
}
