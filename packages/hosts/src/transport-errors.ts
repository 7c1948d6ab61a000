import { HostError } from './host-error';
import type { HostEntry } from './hosts-api';

/** `began`: whether the command may have begun, and may be running still. */
export function unreachable(entry: HostEntry, what: string, began: boolean, cause?: unknown): HostError {
  return new HostError('E_UNREACHABLE', `${entry.name} (${entry.address}:${entry.port}) ${what}`, {
    host: entry.name,
    where: `${entry.user}@${entry.address}:${entry.port}`,
    hint: `\`ssh -p ${entry.port} ${entry.user}@${entry.address} true\` must work from here; then go on.`,
    facts: { began },
    cause,
  });
}

/** The caller's signal came. */
export function aborted(entry: HostEntry, began: boolean, signal: AbortSignal): HostError {
  const rest = began ? 'it may go on there' : 'it had not begun';
  return new HostError('E_ABORTED', `the command on ${entry.name} was given up here; ${rest}`, {
    host: entry.name,
    facts: { began },
    cause: signal.reason,
  });
}

export function outputTooLarge(entry: HostEntry, stream: string, maxBytes: number): HostError {
  return new HostError(
    'E_OUTPUT_TOO_LARGE',
    `a command on ${entry.name} printed more than ${maxBytes} bytes on ${stream}`,
    {
      host: entry.name,
      hint: 'It was ended here. Run it there by hand as root, and mend what makes it say so much.',
      facts: { began: true, stream, maxBytes },
    },
  );
}
