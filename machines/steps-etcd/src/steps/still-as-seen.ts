import { canonicalJson, StepRefused, type Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { allHosts, type ClusterChoices } from '../cluster-choices';
import { fenceFacts, type MasterFacts } from '../facts';
import { masters } from '../hosts-of';
import { recordsOfOthers } from '../preflight/look-at-fence';
import { sumOf } from '../sum-of';

type Looking = Task<ClusterChoices, ReadHands>;

/**
 * Preflight may be days old: a run that was paused, killed or refused before its first fence held nobody off. Before that fence
 * the hosts are asked whether another run has come to its end on them since, and whether a master is set up otherwise: a
 * migration of a cluster that was migrated meanwhile would stop it, and could go neither on nor back.
 * @throws StepRefused `E_PREFLIGHT_OLD`; nothing was changed
 */
export async function stillAsSeen(task: Looking): Promise<void> {
  const moved = [
    ...(await Promise.all(allHosts(task.choices).map(({ name }) => othersEndedOn(task, name)))),
    ...(await Promise.all(masters(task).map((name) => isSetUpOtherwise(task, name)))),
  ].filter((what) => what !== undefined);
  if (moved.length === 0) return;
  throw new StepRefused('E_PREFLIGHT_OLD', `the cluster has changed since preflight: ${moved.join('; ')}`, {
    hint: `Nothing was changed by ${task.run}. Begin a new run, which looks at everything again; where this one has not ended by this, take it back first: \`pawl rollback ${task.run}\`.`,
    facts: { moved },
  });
}

async function othersEndedOn(task: Looking, host: string): Promise<string | undefined> {
  const { ended: then } = fenceFacts(task, host);
  // Of a run whose preflight was an earlier build's.
  if (then === undefined) return undefined;
  const now = await recordsOfOthers(task.hands, host, task.run);
  const runs = Object.keys(now).filter((run) => now[run] !== then[run]);
  return canonicalJson(now) === canonicalJson(then)
    ? undefined
    : `on ${host} ${runs.length === 0 ? 'records are gone' : `${runs.join(', ')} came to an end`}`;
}

async function isSetUpOtherwise(task: Looking, host: string): Promise<string | undefined> {
  const seen = task.facts.find('preflight/masters', host) as MasterFacts | undefined;
  if (typeof seen?.configPath !== 'string' || seen.configSha256 === null) return undefined;
  const now = await sumOf(task.hands.on(host), seen.configPath);
  return now === seen.configSha256 ? undefined : `on ${host} ${seen.configPath} is another one`;
}
