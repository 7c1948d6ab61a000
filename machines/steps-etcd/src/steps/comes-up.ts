import type { JsonObject, Task } from '@pawl/engine';
import { endOfLog, isForcing, lastComplaint } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { unitState } from '@pawl/hosts';
import type { ClusterChoices } from '../cluster-choices';
import { etcdSetup } from '../facts';
import { until } from '../until';

export interface CameUp {
  readonly up: boolean;
  /** What was seen last; of one that does not come up, with what it complained of last. */
  readonly said: string;
  /** For the failure of one that does not come up: how its log ends. */
  readonly facts: JsonObject;
}

/** As long as a member with 600 MiB may take on a slow disk, with room. */
const WITHIN_MS = 600_000;
/** A joiner may end once or twice until its peers know it; one that ends so often is not on its way up. */
const PROCESSES = 8;

/**
 * Waits until a member that was started is as `look` wants it, and no longer than it can still come to that: a unit that systemd
 * has given up, whose process ends again and again, or whose host was booted since and that is held, does not come up by waiting,
 * and the outage is counted.
 */
export async function comesUp(
  task: Task<ClusterChoices, ReadHands>,
  look: () => Promise<{ readonly ready: boolean; readonly said: string }>,
): Promise<CameUp> {
  const host = task.hands.on(task.target);
  const { unit } = etcdSetup(task, task.target).settings;
  const processes = new Set<number>();
  const seen = await until(task.signal, WITHIN_MS, async () => {
    const { ready: up, said } = await look();
    if (up) return { ready: true, up, said };
    const { active, mainPid, verdict, dropIns } = await unitState(host, unit);
    if (mainPid !== 0) processes.add(mainPid);
    if (active === 'failed') return { ready: true, up, said: 'it ended, and systemd has given it up' };
    // The forcing lifts the hold, and is gone after a crash of the host.
    if (verdict === 'held' && !dropIns.some(isForcing))
      return { ready: true, up, said: 'it is held, and nothing starts it' };
    if (processes.size >= PROCESSES) return { ready: true, up, said: 'it ends again and again' };
    return { ready: false, up, said };
  });
  if (seen.up) return { up: true, said: seen.said, facts: {} };
  const log = await endOfLog(host, unit);
  const complaint = lastComplaint(log);
  return {
    up: false,
    said: complaint === undefined ? seen.said : `${seen.said}; its log: ${complaint}`,
    facts: { log: log.slice(-20) },
  };
}
