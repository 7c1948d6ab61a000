import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './lab-error';

/** Polls until `ready` answers true; an error of it counts as "not yet" and is the cause when time is up. */
export async function waitUntil(
  what: string,
  ready: () => Promise<boolean>,
  { timeoutMs, everyMs = 100 }: { readonly timeoutMs: number; readonly everyMs?: number },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      if (await ready()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new LabError(`not within ${timeoutMs / 1000} s: ${what}`, { cause: last });
    }
    await sleep(everyMs);
  }
}
