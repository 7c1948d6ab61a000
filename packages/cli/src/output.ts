import type { Writable } from 'node:stream';
import { createColors } from 'picocolors';
import type { Io } from './io';
import { redactText } from '@pawl/okd';

export type Colours = ReturnType<typeof createColors>;

/** Writes text. A reader who has gone (a closed terminal, `| head`) ends nothing: the run goes on without him. */
export interface Sink {
  write(text: string): void;
  /** Returns when everything has been handed to the reader, or there is none any more. */
  flush(): Promise<void>;
  readonly columns: number;
  readonly colours: Colours;
}

export interface Output {
  /** The result, and nothing else. */
  readonly stdout: Sink;
  /** Progress, logs, prompts. */
  readonly stderr: Sink;
}

/** Both streams, redacted, with the colours that NO_COLOR, FORCE_COLOR and the terminals allow. */
export function createOutput(io: Io, onLost: (stream: string, error: Error) => void): Output {
  return {
    stdout: sink(io.stdout, colour(io, io.isTTY.stdout), (error) => onLost('stdout', error)),
    stderr: sink(io.stderr, colour(io, io.isTTY.stderr), (error) => onLost('stderr', error)),
  };
}

export function sink(
  stream: Writable & { readonly columns?: number },
  colours: Colours,
  onLost: (error: Error) => void,
): Sink {
  let lost = false;
  // EIO: the terminal is gone. EPIPE: the reader is. Unheard, either would end the process in the middle of a run.
  stream.on('error', (error: Error) => {
    if (!lost) onLost(error);
    lost = true;
  });
  return {
    write(text) {
      if (!lost) stream.write(redactText(text));
    },
    flush: () =>
      new Promise((resolve) => {
        if (lost) resolve();
        // Called back with an error as well: then there is nobody to wait for.
        else stream.write('', () => resolve());
      }),
    get columns() {
      return Math.max(40, stream.columns ?? 100);
    },
    colours,
  };
}

function colour(io: Io, isTTY: boolean): Colours {
  const { NO_COLOR, FORCE_COLOR, TERM } = io.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return createColors(false);
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return createColors(FORCE_COLOR !== '0');
  return createColors(isTTY && TERM !== 'dumb');
}
