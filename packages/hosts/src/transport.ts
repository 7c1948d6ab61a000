import type { CommandResult } from './host';

export interface TransportOptions {
  readonly stdin?: string | Buffer;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** Gets stdout as it comes; it is then not collected. */
  readonly onStdout?: (chunk: Buffer) => void;
}

/** Runs one command line in the login user's shell on a host, and nothing else: no sudo, no framing, no retry. */
export interface Transport {
  /** @throws HostError `E_UNREACHABLE` with `facts.began`: whether the command may have begun (a connection cut in mid-command). */
  run(commandLine: string, options: TransportOptions): Promise<CommandResult>;
  close(): Promise<void>;
}
