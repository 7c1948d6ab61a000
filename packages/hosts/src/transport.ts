import type { CommandResult } from './host';

export interface TransportOptions {
  /** The command's standard input, closed at its end; closed at once if left out. */
  readonly stdin?: string | Buffer;
  /** More on stdout or stderr is `E_OUTPUT_TOO_LARGE`. Does not bound a stdout that goes to `onStdout`. */
  readonly maxBytes: number;
  /** Ends the wait: nothing is killed on the host. */
  readonly signal?: AbortSignal;
  /** Gets stdout as it comes; it is then not collected. Where it returns a promise, no more is read before that settles. */
  readonly onStdout?: (chunk: Buffer) => void | Promise<void>;
  /** Called when the command line is on its way to the host: what came before was waiting for a connection or for a turn. */
  readonly onBegin?: () => void;
}

/** Runs one command line in the login user's shell on a host, and nothing else: no sudo, no framing, no retry. */
export interface Transport {
  /**
   * Resolves when the command has ended and all of its output is here; never with a part of it.
   * @throws HostError `E_UNREACHABLE` with `facts.began`: whether the command may have begun (a connection cut in mid-command),
   * `E_HOST_KEY`, `E_AUTH`, `E_KEY_FILE` (never begun), `E_OUTPUT_TOO_LARGE`, `E_ABORTED` with `facts.began`
   */
  run(commandLine: string, options: TransportOptions): Promise<CommandResult>;
  /** Waiting commands are refused, running ones cut off (they may go on, on the host). Nothing is left that keeps the process alive. */
  close(): Promise<void>;
}
