import type { Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { showUnits } from '@pawl/okd';
import type { ClusterChoices } from '../cluster-choices';
import { masterFacts } from '../facts';
import { until } from '../until';
import type { Readiness } from './master-ready';

const WITHIN_MS = 120_000;
/** Masters often fail their first start; one that was started so often is not on its way up. */
const STARTS = 8;

/**
 * Waits until a master that was started is as `look` wants it, and no longer than it can still come to that: one whose API ends
 * again and again does not serve by waiting, and the outage is counted.
 */
export async function comesToServe(
  task: Task<ClusterChoices, ReadHands>,
  look: () => Promise<Readiness>,
): Promise<Readiness> {
  const host = task.hands.on(task.target);
  const [api] = masterFacts(task, task.target).units;
  const starts = new Set<number>();
  let told: string | undefined;
  const seen = await until(task.signal, WITHIN_MS, async () => {
    const { ready: serves, said } = await look();
    if (serves || api === undefined) return { ready: serves, serves, said };
    if (said !== told) task.progress(said);
    told = said;
    const [unit] = await showUnits(host, [api]);
    if (unit !== undefined) starts.add(unit.startedUs);
    if (starts.size <= STARTS) return { ready: false, serves, said };
    return { ready: true, serves, said: `${said}; ${api} ends again and again` };
  });
  return { ready: seen.serves, said: seen.said };
}
