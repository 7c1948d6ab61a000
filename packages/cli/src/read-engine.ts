import { createEngine, type Engine, type Fleet, type Store } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { processOwners } from '@pawl/store';
import type { Context } from './context';
import { redactObject } from '@pawl/okd';

/** An engine for verbs that look at records and never at hosts. */
export function readEngine(context: Context, store: Store): Engine {
  return createEngine<ReadHands, WorkHands>({
    store,
    machines: context.parts.machines.map((machine) => machine.machine),
    fleet: noFleet,
    owners: processOwners(),
    redact: redactObject,
    now: () => context.now(),
  });
}

const unasked = (): never => {
  throw new Error('this verb reaches no host');
};

const noFleet: Fleet<ReadHands, WorkHands> = {
  attach: async () => unasked(),
  reading: unasked,
  working: unasked,
  detach: async () => unasked(),
};
