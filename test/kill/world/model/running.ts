import type { Call } from '../calls';
import { onHost } from '../host-tree';
import type { Running } from './cluster';
import type { Units } from './units';

export function runningOn(units: Units): readonly Running[] {
  return units.all().flatMap(({ host, unit: { etcd, process } }) => {
    if (etcd === undefined || process === undefined) return [];
    return [{ ...etcd, host, member: `${onHost(units.tree(host), etcd.dataDir)}/member` }];
  });
}

/** The member that a URL leads to: from a network of its own the one that has this network. */
export function reachedFrom(
  units: Units,
  { host, net }: Pick<Call, 'host' | 'net'>,
  url: string,
): Running | undefined {
  const own = Object.values(units.on(host)).some(
    (unit) => unit.etcd?.isolated === true && unit.process?.net === net,
  );
  return runningOn(units).find(
    (each) => each.clientUrl === url && (own ? each.isolated && each.host === host : !each.isolated),
  );
}
