import type { Fleet } from '@pawl/engine';
import type { HostFences, ReadHands, WorkHands } from '@pawl/fleet';
import type { HostEntry } from '@pawl/hosts';
import type { CliMachine } from './machines';

/** The hosts of one run, reached. */
export interface Connection {
  /** For `check` and `plan`: nothing in them can change anything. */
  readonly hands: ReadHands;
  readonly fleet: Fleet<ReadHands, WorkHands>;
  /** The fences on these hosts, whosever they are. */
  readonly fences: HostFences;
  /** Lets connections go; nothing remote is ended. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly machine: CliMachine;
  readonly entries: readonly HostEntry[];
  readonly run: string;
  /** Under it each run has a folder. Not made by reading. */
  readonly runsDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What the commands are given: the list of machines, and how hosts are reached. Tests and embedders bring their own. */
export interface Parts {
  readonly machines: readonly CliMachine[];
  connect(options: ConnectOptions): Connection;
}
