/** Lets at most `most` in at a time, the others in the order they came. */
export interface Turns {
  /** Resolves with the function that gives the turn back; with `undefined` where the signal came first. */
  take(signal: AbortSignal): Promise<(() => void) | undefined>;
}

export function turns(most: number): Turns {
  let taken = 0;
  const waiting = new Set<() => void>();
  const giveBack = (): void => {
    taken -= 1;
    const [next] = waiting;
    next?.();
  };
  const enter = (): (() => void) => {
    taken += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      giveBack();
    };
  };
  return {
    take(signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      if (taken < most) return Promise.resolve(enter());
      return new Promise((resolve) => {
        const leave = (outcome: 'in' | 'out'): void => {
          waiting.delete(goIn);
          signal.removeEventListener('abort', goAway);
          resolve(outcome === 'in' ? enter() : undefined);
        };
        const goIn = (): void => leave('in');
        const goAway = (): void => leave('out');
        waiting.add(goIn);
        signal.addEventListener('abort', goAway, { once: true });
      });
    },
  };
}
