import type { Engine, RunResult, Store } from '@pawl/engine';
import type { CliMachine } from './machines';
import type { Connection } from './parts';

export interface DriveOptions {
  readonly run: string;
  readonly machine: CliMachine;
  readonly store: Store;
  readonly connection: Connection;
  readonly inventory: string | undefined;
  /** The verb asks for the way back: its end is what was wanted. */
  readonly asksBack?: boolean;
  /** `--on-event` */
  readonly onEvent?: string | undefined;
  /** What is told at the end where the machine has nothing to say. */
  readonly closing?: readonly string[];
  /** start, resume, decide, rollback or cleanup: returns when the run rests. */
  readonly act: (engine: Engine) => Promise<RunResult>;
}
