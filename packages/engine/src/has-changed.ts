import type { IntentRecord } from './records';
import type { JsonObject } from './json';
import { allPhases, type Machine } from './machine';
import type { Work } from './work';

/** Whether the run has changed anything, or may have. @param closing intents that are being closed right now by a refusal */
export function hasChanged<R, H extends R>(
  work: Pick<Work<R, H>, 'store' | 'machine' | 'run'>,
  closing: readonly string[] = [],
): boolean {
  const { store, machine, run } = work;
  const any = (intents: readonly IntentRecord[]): boolean =>
    intents.some((intent) => !closing.includes(intent.id) && mayHaveChanged(intent, machine));
  // Phase by phase, since the first that changed something is near the start of a journal that may be long.
  const phases = allPhases(machine.spec).map((phase) => phase.name);
  return phases.some((phase) => any(store.intents(run, { phase }))) || any(store.intents(run));
}

/**
 * Whether what an intent began has changed anything, or may have. A refusal is an attempt's own word that it did not, and a question
 * changes nothing. A step that this machine does not know may have, and so may any where the machine itself is not known.
 */
export function mayHaveChanged<R, H extends R>(
  intent: IntentRecord,
  machine: Machine<JsonObject, R, H> | undefined,
): boolean {
  if (intent.step.endsWith('?') || intent.error?.['kind'] === 'refused') return false;
  const phases = machine === undefined ? [] : allPhases(machine.spec);
  const step = phases
    .find((phase) => phase.name === intent.phase)
    ?.steps.find((each) => each.name === intent.step);
  return step === undefined || (step.kind !== 'read' && step.undoneBy !== 'nothing changed');
}
