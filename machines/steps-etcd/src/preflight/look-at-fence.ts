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
  const ended = await recordsOfOthers(hands, host, run);
  return { holder: null, held: held.filter((hold) => hold.run !== run), runs, ended };
}

/** How and when other runs have come to an end there, as their records say it: by run. */
export async function recordsOfOthers(
  hands: Pick<ReadHands, 'closedRuns'>,
  host: string,
  run: string,
): Promise<Readonly<Record<string, string>>> {
  const records = (await hands.closedRuns(host)).filter((record) => record.run !== run);
  return Object.fromEntries(records.map(({ run: other, outcome, at }) => [other, `${outcome} ${at ?? ''}`]));
}
