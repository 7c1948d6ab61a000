import type { IntentRecord } from '@pawl/engine';
import type { CliMachine } from './machines';

/**
 * Whether a run has changed anything, or may have; read off its intents, as the engine does it for a result. A run of a
 * machine that this release does not know may have.
 */
export function hasChanged(intents: readonly IntentRecord[], machine: CliMachine | undefined): boolean {
  return intents.some((intent) => mayHaveChanged(intent, machine));
}

function mayHaveChanged(intent: IntentRecord, machine: CliMachine | undefined): boolean {
  // A question changes nothing, and a refusal is an attempt's own word that it did not.
  if (intent.step.endsWith('?') || intent.error?.['kind'] === 'refused') return false;
  const step = [...(machine?.machine.spec.phases ?? []), ...(machine?.machine.spec.rollback ?? [])]
    .find((phase) => phase.name === intent.phase)
    ?.steps.find((each) => each.name === intent.step);
  return step === undefined || (step.kind !== 'read' && step.undoneBy !== 'nothing changed');
}
