import { createInterface } from 'node:readline';
import { PawlError } from '@pawl/engine';
import type { Io } from './io';

/** One line, or undefined where the input ends. */
export function askLine(input: Io['stdin']): Promise<string | undefined> {
  const lines = createInterface({ input, terminal: false });
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      lines.removeAllListeners('close');
      lines.close();
      resolve(line);
    });
    lines.once('close', () => resolve(undefined));
  });
}

/** @throws PawlError `E_WRONG_NAME`: the wrong cluster is meant, or the wrong inventory or run is in use */
export function compareNames(given: string, name: string, how: 'by flag' | 'typed'): void {
  if (given === name) return;
  throw new PawlError('E_WRONG_NAME', `the name ${how} is not the cluster's; nothing was changed`, {
    hint: `What is in use here belongs to ${name}. Is it the cluster that is meant?`,
    facts: { given, expected: name },
  });
}
