import type { ReadHands } from '@pawl/fleet';
import { readTraces } from '@pawl/hosts';
import type { FenceFacts } from '../facts';

/** Who holds the host, if it is not this run itself, and what others have left there. */
export async function lookAtFence(hands: ReadHands, host: string, run: string): Promise<FenceFacts> {
  const fence = await hands.fence(host);
  if (fence !== undefined && fence.run !== run) {
    const { owner, database, phase, since } = fence;
    return { holder: { run: fence.run, owner, database, phase, since } };
  }
  const { held, runs } = await readTraces(hands.on(host));
  return { holder: null, held: held.filter((hold) => hold.run !== run), runs };
}
