import type { SignalSource } from './io';

export interface SignalHandlers {
  /** The first SIGINT or SIGTERM. */
  readonly pause: (signal: string) => void;
  /** The second. */
  readonly leave: (signal: string) => void;
  /** SIGHUP: the terminal is gone; the run is not. */
  readonly hangup: () => void;
}

/**
 * While a run is driven: the first SIGINT or SIGTERM pauses it at its next safe point, the second leaves at once, SIGHUP
 * ends nothing. @returns gives the signals back to the process
 */
export function watchSignals(source: SignalSource, handlers: SignalHandlers): () => void {
  let count = 0;
  const stop = (signal: string) => (): void => {
    count += 1;
    if (count === 1) handlers.pause(signal);
    else handlers.leave(signal);
  };
  const listeners = [
    ['SIGINT', stop('SIGINT')],
    ['SIGTERM', stop('SIGTERM')],
    ['SIGHUP', handlers.hangup],
  ] as const;
  for (const [signal, listener] of listeners) source.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) source.off(signal, listener);
  };
}
