import { StepBlocked, type Scope } from '@pawl/engine';
import { completedAfter, type ReadHands } from '@pawl/fleet';
import { allHosts, type ClusterChoices } from '../cluster-choices';
import type { FenceFacts } from '../facts';
import { lives } from '../hosts-of';
import { changesData } from '../kinds-of-run';

/**
 * No run has changed the data of these hosts after this one had ended there: what it has set aside is older than what that one
 * found, and what would be lost in between nobody has counted. As their records say, by each host's own clock; what this run's
 * preflight has seen there was before it, whatever a clock that was set back meanwhile says. Of a run that holds a host there is
 * nothing to ask: nobody else has worked there since.
 * @throws StepBlocked `E_ENDED`, which names the later run; HostError where a host can't be asked, or its record is damaged
 */
export async function requireLast(
  scope: Scope<ClusterChoices>,
  hands: Pick<ReadHands, 'closedRuns'>,
): Promise<void> {
  const { run, choices } = scope;
  const asked = allHosts(choices)
    .map(({ name }) => name)
    .filter(lives(scope));
  const seen = await Promise.all(
    asked.map(async (host) => {
      const later = completedAfter(run, await hands.closedRuns(host));
      const before = wereBefore(scope, host);
      return { host, later: later.findLast((end) => changesData(end.run) && !before.has(end.run)) };
    }),
  );
  for (const { host, later } of seen)
    if (later !== undefined)
      throw new StepBlocked(
        'E_ENDED',
        `on ${host} the run ${later.run} has ended at ${later.at}, after ${run}, and stands`,
        {
          where: `${host}:/var/lib/pawl/runs/${later.run}/closed`,
          hint: `What was written since would be lost, uncounted. Take ${later.run} back first. Or restore a backup of ${run}, which counts it: pawl rollback --from HOST:DIR -i INVENTORY (docs/recover.md); a way back that has begun is given up before that: pawl unfence -i INVENTORY ${run} --reason WHY`,
          facts: { run, host, later: later.run, at: later.at },
        },
      );
}

function wereBefore({ facts }: Scope<ClusterChoices>, host: string): ReadonlySet<string> {
  const seen = facts.find('preflight/fences', host) as FenceFacts | undefined;
  return new Set(Object.keys(seen?.ended ?? {}));
}
