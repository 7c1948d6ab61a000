import type { Scope } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { HostError } from '@pawl/hosts';
import { requireLast } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';

/**
 * `requireLast`, before anything is written: a host that does not answer says nothing yet, since the way back asks all of them
 * before it takes the first one. @throws PawlError `E_ENDED`; `E_JOBS_UNREADABLE` where a record is damaged
 */
export async function requireLastSeen(scope: Scope<OkdChoices>, hands: ReadHands): Promise<void> {
  await requireLast(scope, {
    closedRuns: async (host) => {
      try {
        return await hands.closedRuns(host);
      } catch (error) {
        if (error instanceof HostError && error.code !== 'E_JOBS_UNREADABLE') return [];
        throw error;
      }
    },
  });
}
