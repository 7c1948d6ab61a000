import type { ReadHands } from '@pawl/fleet';
import type { FenceFacts } from '../facts';

/** Who holds the host, if it is not this run itself. */
export async function lookAtFence(hands: ReadHands, host: string, run: string): Promise<FenceFacts> {
  const fence = await hands.fence(host);
  if (fence === undefined || fence.run === run) return { holder: null };
  const { owner, database, phase, since } = fence;
  return { holder: { run: fence.run, owner, database, phase, since } };
}
