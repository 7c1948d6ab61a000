import { storeFacts, type RunRecord, type Store } from '@pawl/engine';
import { findingsOf } from './findings-of';
import type { CheckFinding, CliMachine } from './machines';

/** What is told at the end of a run that was completed or rolled back; nothing of any other, or where the machine has nothing to say. */
export function conclusionOf(
  store: Store,
  record: Pick<RunRecord, 'run' | 'state' | 'choices'> | undefined,
  machine: CliMachine | undefined,
): readonly string[] {
  if (record?.state !== 'completed' && record?.state !== 'rolled-back') return [];
  const told = machine?.conclusion?.(record.choices, storeFacts(store, record.run), record.state);
  return told ?? findingsOf(store, record, machine).map(inWords);
}

function inWords({ host, message }: CheckFinding): string {
  return host === undefined || host === null ? message : `${host}: ${message}`;
}
