import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition, asking every 20 ms; fails after 15 s with what was waited for. */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = performance.now() + 15_000;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    await delay(20);
  }
  throw new Error(`waited 15 s in vain: ${what}`);
}
