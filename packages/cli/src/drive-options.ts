import type { Engine, RunResult, Store } from '@pawl/engine';
import type { CliMachine } from './machines';
import type { Connection } from './parts';

export interface DriveOptions {
  readonly run: string;
  readonly machine: CliMachine;
  readonly store: Store;
  readonly connection: Connection;
  readonly inventory: string | undefined;
  /** start, resume or decide: returns when the run rests. */
  readonly act: (engine: Engine) => Promise<RunResult>;
}
