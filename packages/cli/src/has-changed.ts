import { mayHaveChanged, type IntentRecord } from '@pawl/engine';
import type { CliMachine } from './machines';

/** Whether a run has changed anything, or may have, by its intents. One of a machine that this release does not know may have. */
export function hasChanged(intents: readonly IntentRecord[], machine: CliMachine | undefined): boolean {
  return intents.some((intent) => mayHaveChanged(intent, machine?.machine));
}
