import type { CommandResult } from '../host';
import type { HostEntry } from '../hosts-api';
import { rootCommand } from '../root-command';
import type { Transport } from '../transport';

/** Runs a command as root on one host, its standard input given whole. */
export interface AsRoot {
  readonly host: string;
  /** Nobody waits for answers any more: what runs on the host goes on without us. */
  readonly closed: AbortSignal;
  run(argv: readonly string[], stdin: Buffer): Promise<CommandResult>;
}

/** The guard answers within this, or is ended (it alone: a job has a session of its own) and asked again. */
const guardSeconds = 120;

/** Two streams of 1 MiB and the recorded facts, with room. */
const maxBytes = 8 * 1024 * 1024;

export function asRoot(entry: HostEntry, transport: Transport, closed: AbortSignal): AsRoot {
  return {
    host: entry.name,
    closed,
    async run(argv, stdin) {
      const command = rootCommand(entry, argv, { timeoutSeconds: guardSeconds });
      return command.unwrap(await transport.run(command.commandLine, { stdin, maxBytes }));
    },
  };
}
