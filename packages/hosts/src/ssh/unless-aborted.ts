import type { HostEntry } from '../hosts-api';
import { aborted } from '../transport-errors';

/** Waits no longer than the caller wants to; what was waited for goes on by itself. @throws HostError `E_ABORTED` */
export async function unlessAborted<T>(
  entry: HostEntry,
  signal: AbortSignal | undefined,
  began: boolean,
  waitedFor: Promise<T>,
): Promise<T> {
  if (signal === undefined) return waitedFor;
  let onAbort: (() => void) | undefined;
  const gone = new Promise<never>((_, reject) => {
    onAbort = () => reject(aborted(entry, began, signal));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([waitedFor, gone]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
