import { storeFacts, type RunRecord, type Store } from '@pawl/engine';
import { EXIT, type ExitCode } from './exit-codes';
import type { CheckFinding, CliMachine } from './machines';

/** What a completed run of a machine that checks has found; nothing of any other. */
export function findingsOf(
  store: Store,
  record: Pick<RunRecord, 'run' | 'state' | 'choices'> | undefined,
  machine: CliMachine | undefined,
): readonly CheckFinding[] {
  if (record?.state !== 'completed') return [];
  return machine?.findings?.(record.choices, storeFacts(store, record.run)) ?? [];
}

/** The run came to its end; what it found is no reason to go on. Undefined where nothing stands in the way. */
export function exitOfFindings(findings: readonly CheckFinding[]): ExitCode | undefined {
  return findings.some(({ level }) => level === 'refusal') ? EXIT.refused : undefined;
}
