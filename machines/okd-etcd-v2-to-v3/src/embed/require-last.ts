import { PawlError, type Scope } from '@pawl/engine';
import { completedAfter, type ClosedRecord, type ReadHands } from '@pawl/fleet';
import { HostError } from '@pawl/hosts';
import { allHosts, changesData } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';

/**
 * No run has changed the data of these hosts after this one: what it has set aside is older than what that one found, and what
 * would be lost in between nobody has counted. As their records say, by each host's own clock; one that does not answer, or will
 * not come back, says nothing.
 * @throws PawlError `E_ENDED`, which names the later run; `E_JOBS_UNREADABLE` where a record is damaged
 */
export async function requireLast(
  { run, choices, said }: Scope<OkdChoices>,
  hands: ReadHands,
): Promise<void> {
  const asked = allHosts(choices).filter(({ name }) => said?.dead.includes(name) !== true);
  const seen = await Promise.all(
    asked.map(async ({ name }) => ({
      host: name,
      later: completedAfter(run, await closedOn(name, hands)).findLast((end) => changesData(end.run)),
    })),
  );
  for (const { host, later } of seen)
    if (later !== undefined)
      throw new PawlError(
        'E_ENDED',
        `on ${host} the run ${later.run} has ended at ${later.at}, after ${run}, and stands`,
        {
          where: `${host}:/var/lib/pawl/runs/${later.run}/closed`,
          hint: `What was written since would be lost, uncounted. Take ${later.run} back first, or restore a backup of ${run}, which counts it: pawl rollback --from HOST:DIR -i INVENTORY (docs/recover.md).`,
          facts: { run, host, later: later.run, at: later.at },
        },
      );
}

async function closedOn(host: string, hands: ReadHands): Promise<readonly ClosedRecord[]> {
  try {
    return await hands.closedRuns(host);
  } catch (error) {
    // A later run has left its record on every host, and the way back asks all of them before it moves anything.
    if (error instanceof HostError && error.code !== 'E_JOBS_UNREADABLE') return [];
    throw error;
  }
}
