import { clusterOf } from './cluster';
import { canServe, firstCluster, serve } from './masters';
import { runningOn } from './running';
import type { Units } from './units';

/** What was on its way up is up, where it can be: a member with a quorum, a master with a store that it can serve from. */
export function comeUp(units: Units, now: number): void {
  const waiting = units.all().filter(({ unit }) => unit.process !== undefined && !unit.ready);
  if (waiting.length === 0) return;
  const running = runningOn(units);
  const cluster = firstCluster(running, now);
  for (const { host, name, unit } of waiting) {
    const { etcd, backend } = unit;
    const me = running.find((each) => each.host === host && each.dataDir === etcd?.dataDir);
    if (etcd !== undefined) unit.ready = me !== undefined && clusterOf(me, running, now).quorum;
    else if (backend !== undefined && cluster !== undefined && canServe(backend, cluster)) {
      unit.ready = true;
      if (!name.includes('controllers')) serve(backend, host, cluster, now);
    }
  }
  units.keep();
}
