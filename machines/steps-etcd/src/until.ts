/**
 * Looks until what is seen says `ready`, or the time is up; then the last sight is returned. Waits for a condition, never a
 * fixed time: 300 ms between looks.
 * @throws the signal's reason when it is aborted
 */
export async function until<T extends { readonly ready: boolean }>(
  signal: AbortSignal,
  withinMs: number,
  look: () => Promise<T>,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    const seen = await look();
    if (seen.ready || performance.now() > end) return seen;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
