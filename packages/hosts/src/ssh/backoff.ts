/** How long to wait after so many failed attempts in a row before the next one: 250 ms, twice as long each time, 15 s at most. */
export function backoffMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(15_000, 125 * 2 ** failures);
}
