import { PawlError, type Facts, type JsonObject } from '@pawl/engine';
import type { CliMachine } from './machines';

/** The way back by hand, where it is wanted. @throws PawlError `E_NO_WAY_BACK` where the machine has nothing to say of it */
export function scriptOf(
  machine: CliMachine,
  run: string,
  choices: JsonObject,
  facts: Facts,
  wanted: boolean,
): string | null {
  if (!wanted) return null;
  const script = machine.breakGlass?.(run, choices, facts);
  if (script !== undefined) return script;
  throw new PawlError('E_NO_WAY_BACK', `${machine.id} does not say how to go back by hand`);
}
