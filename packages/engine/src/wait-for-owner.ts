import { PawlError } from './errors';
import { loadRun } from './ownership';
import type { Owners, Store } from './ports';

/** Looking costs a row; a person is waiting. */
const LOOK_MS = 250;

export interface Waiting {
  readonly store: Store;
  readonly owners: Owners;
  /** Claims of sessions that ended in this very process. */
  readonly over: ReadonlySet<string>;
  readonly now: () => Date;
  readonly signal: AbortSignal | undefined;
  /** Told once, when the owner has been asked. */
  readonly asked: (message: string) => void;
}

/**
 * Where a live owner on this machine drives the run, asks it to pause and waits until the run rests: what it has begun comes
 * to its end. An owner elsewhere is not waited for: whether he lives can't be seen from here.
 *
 * Durable when it returns: the request, where one was made. @throws PawlError `E_ABORTED`
 */
export async function waitForOwner(run: string, waiting: Waiting): Promise<void> {
  const { store, owners, over, now, signal, asked } = waiting;
  for (let first = true; ; first = false) {
    const { state, claim } = loadRun(store, run);
    if (state !== 'running' || over.has(claim.claim) || owners.liveness(claim.owner) !== 'alive') return;
    if (signal?.aborted === true) {
      throw new PawlError('E_ABORTED', `${run} was asked to pause, and had not when the wait was ended`, {
        hint: 'Ask again: it pauses at its next safe point.',
      });
    }
    if (first) {
      const { who, host, pid } = claim.owner;
      store.request(run, 'pause', owners.self(store.location).who, now().toISOString());
      asked(`asked ${who}@${host}, process ${pid}, to pause at its next safe point`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
