import type { RunRecord, Store } from '@pawl/engine';
import type { CliMachine } from './machines';

/** A run that is on record, its machine, and the database that has it. */
export interface FoundRun {
  readonly store: Store;
  readonly record: RunRecord;
  readonly machine: CliMachine;
}
