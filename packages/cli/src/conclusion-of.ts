import { storeFacts, type RunRecord, type Store } from '@pawl/engine';
import type { CliMachine } from './machines';

/** What is told at the end of a run that was completed or rolled back; nothing of any other, or where the machine has nothing to say. */
export function conclusionOf(
  store: Store,
  record: Pick<RunRecord, 'run' | 'state' | 'choices'> | undefined,
  machine: CliMachine | undefined,
): readonly string[] {
  if (record?.state !== 'completed' && record?.state !== 'rolled-back') return [];
  return machine?.conclusion?.(record.choices, storeFacts(store, record.run), record.state) ?? [];
}
