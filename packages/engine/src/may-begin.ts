import type { AnyMachineSnapshot } from 'xstate';
import { definitionDifference } from './definition';
import { PawlError } from './errors';
import type { JsonObject } from './json';
import type { Machine } from './machine';
import { restore } from './pure-core';
import { isUnfinished, type RunRecord } from './records';
import { rememberedContext } from './rollback-entry';

// What refuses a session. Each has its say before the run is claimed: nothing was written then.

/** Its run has not come to an end. @throws PawlError `E_ENDED` */
export function refuseEnded(record: RunRecord): void {
  if (isUnfinished(record)) return;
  throw new PawlError('E_ENDED', `run ${record.run} is ${record.state}`, {
    hint: 'There is nothing left to do in it.',
  });
}

/** At rest for good, or for as long as nobody cleans up. */
export function takesRollback(record: RunRecord): boolean {
  return isUnfinished(record) || record.state === 'completed';
}

/** @throws PawlError `E_USAGE`, and what the machine says, where the way back can't do without these hosts */
export function checkDead<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  record: RunRecord,
  dead: readonly string[],
  reason: string | undefined,
): void {
  if (dead.length === 0) return;
  if (reason === undefined)
    throw new PawlError('E_USAGE', 'a host is only left behind with a reason, which goes into the journal', {
      hint: 'Say what makes you sure that it will not come back.',
    });
  if (machine.spec.checkDead === undefined)
    throw new PawlError('E_NO_QUORUM', `${machine.spec.id} can't go back without a host`, {
      hint: 'Bring it back, and say the same again without naming it.',
    });
  machine.spec.checkDead(machine.spec.checkChoices(record.choices), [
    ...rememberedContext(record).said.dead,
    ...dead,
  ]);
}

/** @throws PawlError `E_DEFINITION_CHANGED` with the lines that differ */
export function sameDefinition<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  record: RunRecord,
  before: string,
): AnyMachineSnapshot {
  if (record.checkpoint.definitionHash === machine.definitionHash)
    return restore(machine.xstate, record.checkpoint.snapshot);
  const difference = definitionDifference(before, machine.definition);
  throw new PawlError(
    'E_DEFINITION_CHANGED',
    `run ${record.run} was made by ${record.machineId} ${record.machineVersion}, and this is another definition of it:\n${difference.join('\n')}`,
    {
      hint: `Go on with version ${record.machineVersion}, or roll the run back, which any version that has its phase can.`,
      facts: { difference },
    },
  );
}

/** @throws PawlError `E_NO_SUCH_PHASE` */
export function checkPauseBefore<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  phase: string | undefined,
): void {
  const names = machine.spec.phases.map((each) => each.name);
  if (phase === undefined || names.includes(phase)) return;
  throw new PawlError('E_NO_SUCH_PHASE', `${machine.spec.id} has no phase ${phase} to pause before`, {
    hint: `Its phases: ${names.join(', ')}.`,
  });
}
