import type { AnyMachineSnapshot } from 'xstate';
import { PawlError } from './errors';
import { isIrreversible } from './irreversible';
import type { JsonObject } from './json';
import type { Machine } from './machine';
import type { Store } from './ports';
import { positionOf } from './position';
import type { MachineContext } from './machine-guards';
import { restore, stateAt } from './pure-core';
import type { RunRecord } from './records';

/**
 * The state from which a rollback starts. Under the definition that the run was made with it is the checkpoint itself; under
 * another one only the name of the phase counts: the run stands paused at the first step of the phase that has it now.
 * @throws PawlError `E_NO_WAY_BACK` where this machine has no phase of that name
 */
export function rollbackEntry<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  record: RunRecord,
): AnyMachineSnapshot {
  const { checkpoint } = record;
  if (checkpoint.definitionHash === machine.definitionHash)
    return restore(machine.xstate, checkpoint.snapshot);
  const at = positionOf(checkpoint.snapshot['value']);
  const context = rememberedContext(record);
  if (at.direction === 'ended') return stateAt(machine.xstate, at.ended, context);
  const { phases: forward, rollback, cleanup = [] } = machine.spec;
  const phases = { forward, rollback, cleanup }[at.direction];
  const [first] = phases.find((phase) => phase.name === at.phase)?.steps ?? [];
  if (first === undefined) {
    throw new PawlError(
      'E_NO_WAY_BACK',
      `the run stands in phase ${at.phase}, which this version does not have`,
      {
        hint: `Roll it back with version ${checkpoint.machineVersion} of ${checkpoint.machineId}.`,
      },
    );
  }
  return stateAt(machine.xstate, { [at.direction]: { [at.phase]: { [first.name]: 'paused' } } }, context);
}

/** Begun, by an intent, whatever became of it. */
export function hasCrossed<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  store: Store,
  run: string,
): boolean {
  return machine.spec.phases.some(({ name: phase, steps }) =>
    steps.filter(isIrreversible).some(({ name: step }) => store.intents(run, { phase, step }).length > 0),
  );
}

/** Hosts of which a person has said that they will not come back. */
export function deadHosts(record: RunRecord): readonly string[] {
  return rememberedContext(record).said.dead;
}

/** What the checkpoint's machine remembered, whatever definition made it. */
export function rememberedContext(record: RunRecord): MachineContext {
  const stored = record.checkpoint.snapshot['context'] as Partial<MachineContext> | undefined;
  return {
    choices: record.choices,
    marks: stored?.marks ?? {},
    spent: stored?.spent ?? {},
    said: stored?.said ?? { dead: [], remove: [] },
  };
}
