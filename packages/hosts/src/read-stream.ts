/**
 * What a producer hands on, as an iterable: it is started with the first item asked for, and held up (the promise that
 * `receive` returns) until each item has been used. Leaving the loop early aborts the producer; its failure is thrown after
 * the last item.
 */
export async function* readStream(
  produce: (receive: (chunk: Buffer) => Promise<void>, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<Buffer, void, undefined> {
  const stop = new AbortController();
  const waiting: { readonly chunk: Buffer; readonly used: () => void }[] = [];
  let wake = (): void => undefined;
  const producer: { outcome?: { readonly failure?: unknown } } = {};
  const receive = (chunk: Buffer): Promise<void> =>
    new Promise((used) => {
      waiting.push({ chunk, used });
      wake();
    });
  const ending = produce(receive, stop.signal)
    .then(
      () => ({}),
      (failure: unknown) => ({ failure }),
    )
    .then((outcome) => {
      producer.outcome = outcome;
      wake();
    });
  try {
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) {
        yield next.chunk;
        next.used();
      } else if (producer.outcome === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
      } else if ('failure' in producer.outcome) throw producer.outcome.failure;
      else return;
    }
  } finally {
    stop.abort();
    await ending;
  }
}
