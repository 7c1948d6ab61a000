import { dirname, join } from 'node:path';
import type { RunStatus } from '@pawl/engine';
import { commandLine } from './command-line';
import type { Place } from './state-dir';

interface Known {
  readonly state: RunStatus['state'];
  readonly database: string;
}

/** Whether a run is over as its database tells it: a fence of it that stands all the same was left. */
export function isOver({ state }: Pick<Known, 'state'>): boolean {
  return ['completed', 'closed', 'rolled-back', 'abandoned', 'refused'].includes(state);
}

/**
 * The one command where the fence of a run stands that is over in the very database which the fence names; null where the host was left
 * behind by a way back, which a person puts right by hand. The check that follows other ends would only be refused by that fence.
 */
export function nextWhereOver(
  run: string,
  { state, database }: Known,
  {
    place,
    inventory,
    isProof,
  }: { readonly place: Place; readonly inventory: string; readonly isProof: boolean },
): string | null {
  const unfence = commandLine(place, 'unfence', '-i', inventory, run, '--reason', `it is ${state}`);
  switch (state) {
    // Killed while it opened them, or a host failed: said once more, it opens the rest.
    case 'abandoned':
    case 'refused':
      return unfence;
    // A way back or a cleanup holds them that this database knows nothing of: it was put back, and the newer one is gone.
    case 'completed': {
      if (isProof) return unfence;
      const beside = join(dirname(database), `${run}-from-hosts.db`);
      const words = ['resume', '--from-hosts', '-i', inventory, run];
      return commandLine({ ...place, database: beside, given: true }, ...words);
    }
    default:
      return null;
  }
}
