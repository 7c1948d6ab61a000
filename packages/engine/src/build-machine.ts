import { assign, fromPromise, setup, type AnyStateMachine } from 'xstate';
import type { JsonObject } from './json';
import {
  guards,
  saidRemembered,
  spentCounted,
  startRemembered,
  type MachineContext,
  type MachineEvent,
} from './machine-guards';
import type { StateConfig } from './machine-config';

/** The real xstate machine. Its actors are placeholders: the engine performs the steps, and no pure function calls them. */
export function buildMachine(
  config: StateConfig & { readonly id: string; readonly version: string },
  sources: readonly string[],
): AnyStateMachine {
  const types = {} as {
    context: MachineContext;
    events: MachineEvent;
    // xstate calls the context factory without input, too, for actors that it throws away.
    input: { readonly choices: JsonObject } | undefined;
  };
  const placeholder = fromPromise(() => Promise.reject(new Error('steps are performed by the engine')));
  const made = setup({
    types,
    actors: Object.fromEntries(sources.map((source) => [source, placeholder])),
    guards,
    actions: {
      rememberStart: assign(startRemembered),
      countSpent: assign(spentCounted),
      rememberSaid: assign(saidRemembered),
    },
  });
  return made.createMachine({
    ...(config as object),
    context: ({ input }) => ({
      choices: input?.choices ?? {},
      marks: {},
      spent: {},
      said: { dead: [], remove: [] },
    }),
  });
}
