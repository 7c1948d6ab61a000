import { deadHosts, storeFacts, type RunRecord, type Store } from '@pawl/engine';
import { findingsOf } from './findings-of';
import type { CheckFinding, CliMachine } from './machines';

/** What is told at the end of a run that was completed or rolled back; nothing of any other, or where the machine has nothing to say. */
export function conclusionOf(
  store: Store,
  record: RunRecord | undefined,
  machine: CliMachine | undefined,
): readonly string[] {
  if (record?.state !== 'completed' && record?.state !== 'rolled-back') return [];
  const facts = storeFacts(store, record.run);
  const told = machine?.conclusion?.(record.choices, facts, record.state);
  if (told === undefined) return findingsOf(store, record, machine).map(inWords);
  const left = record.state === 'rolled-back' ? deadHosts(record) : [];
  return [...told, ...left.flatMap((host) => machine?.leftBehind?.(record.choices, facts, host) ?? [])];
}

function inWords({ host, message }: CheckFinding): string {
  return host === undefined || host === null ? message : `${host}: ${message}`;
}
