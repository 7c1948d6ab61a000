import type { CommandResult, ReadOptions } from './host';
import { HostError } from './host-error';
import type { HostEntry } from './hosts-api';
import type { Transport, TransportOptions } from './transport';

/** How much longer than the host we wait for it to end a command: five seconds from TERM to KILL, and the way back. */
const graceMs = 15_000;

/**
 * Runs a command line that ends itself on the host by `timeout`, and tells that end from the command's own. Where the host
 * doesn't answer even after that, the wait is given up; `facts.endedOnHost` says which it was.
 * @throws HostError `E_TIMEOUT`, and what `Transport.run` throws
 */
export async function runInTime(
  entry: HostEntry,
  transport: Transport,
  commandLine: string,
  timeoutMs: number,
  options: Pick<ReadOptions, 'stdin' | 'signal'> & Pick<TransportOptions, 'maxBytes' | 'onStdout'>,
): Promise<CommandResult> {
  const late = new AbortController();
  const { signal, ...rest } = options;
  let began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const onBegin = (): void => {
    began = performance.now();
    timer ??= setTimeout(() => late.abort(), timeoutMs + graceMs);
  };
  try {
    const signals = signal === undefined ? [late.signal] : [late.signal, signal];
    const result = await transport.run(commandLine, { ...rest, signal: AbortSignal.any(signals), onBegin });
    if (wasEnded(result) && performance.now() - began >= timeoutMs) throw timedOut(entry, timeoutMs, true);
    return result;
  } catch (error) {
    if (late.signal.aborted && signal?.aborted !== true) throw timedOut(entry, timeoutMs, false, error);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** By TERM: coreutils says 124, busybox 143. By KILL, which ends `timeout` too: 137 is what a shell or sudo makes of that. */
function wasEnded({ exit, signal }: CommandResult): boolean {
  return exit === null ? signal === 'SIGTERM' || signal === 'SIGKILL' : [124, 137, 143].includes(exit);
}

function timedOut(entry: HostEntry, timeoutMs: number, endedOnHost: boolean, cause?: unknown): HostError {
  const end = endedOnHost ? 'and was ended there' : 'and does not answer; it may run on there';
  return new HostError('E_TIMEOUT', `a command on ${entry.name} ran longer than ${timeoutMs} ms ${end}`, {
    host: entry.name,
    hint: 'Is that host, or a disk of it, overloaded or ill (`uptime`, `dmesg`)? Once it answers in time, say the same again.',
    facts: { began: true, timeoutMs, endedOnHost },
    cause,
  });
}
