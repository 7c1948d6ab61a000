import { PawlError } from '@pawl/engine';
import type { Context } from './context';
import { openToRead, withStore } from './database';
import type { KnownHere } from './hosts-view';
import { lookAgain } from './look-again';
import { nextCommand } from './next-command';
import { readEngine } from './read-engine';

/**
 * What this database has of every run, by name; nothing where there is no database. One that can't be used is said on stderr
 * and counts for none: the hosts can still be asked.
 */
export async function knownHere(context: Context): Promise<ReadonlyMap<string, KnownHere>> {
  try {
    const store = openToRead(context.place);
    if (store === undefined) return new Map();
    return await withStore(store, (s) => {
      const engine = readEngine(context, s);
      return new Map(
        s.list().map(({ run, choices, machineId }) => {
          const { state, phase, reason } = engine.status(run);
          const machine = context.parts.machines.find(({ id }) => id === machineId);
          const rest = {
            ...{ run, state, choices: reason?.choices ?? [] },
            again: lookAgain(machine, choices),
          };
          const { database } = context.place;
          return [run, { state, phase, database, next: nextCommand(rest, context.place) }];
        }),
      );
    });
  } catch (error) {
    if (!(error instanceof PawlError)) throw error;
    context.say(
      `This machine’s own database can't be used (${error.message}); the hosts are asked all the same`,
    );
    return new Map();
  }
}
