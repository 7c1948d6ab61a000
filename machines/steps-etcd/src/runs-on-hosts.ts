import type { CheckFacts } from './check-steps';
import type { EtcdSetup, FenceFacts } from './facts';

/** Runs that have left records, holds or data on the hosts, as preflight found them: their names are not given again. */
export function runsOnHosts(facts: CheckFacts): readonly string[] {
  const fences = Object.values(facts['preflight/fences'] ?? {}) as unknown as readonly FenceFacts[];
  const etcd = Object.values(facts['preflight/etcd-hosts'] ?? {}) as unknown as readonly EtcdSetup[];
  const found = [
    ...fences.flatMap(({ runs = [], held = [] }) => [...runs, ...held.map(({ run }) => run)]),
    ...etcd.flatMap(({ runFolders = [] }) => runFolders),
  ];
  return [...new Set(found)];
}
