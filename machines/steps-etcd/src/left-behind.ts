import type { Scope } from '@pawl/engine';
import type { ClusterChoices } from './cluster-choices';
import { etcdHosts, firstEtcdHost } from './hosts-of';

type Known = Pick<Scope<ClusterChoices>, 'choices' | 'facts'>;

/**
 * What becomes of a host that the way back has left out, in a sentence: it may be booted, weeks later, by somebody who knows
 * nothing of this run. From facts alone, and on the safe side: what the run was about to start there counts as started.
 * @param promotedBy the step behind which the first etcd host is started on the new data
 */
export function leftBehind(scope: Known, host: string, promotedBy: string): string {
  const { facts } = scope;
  if (facts.find('prepare/plant-fences') === undefined)
    return `${host} is left as it is: nothing was changed there, and at most a fence of this run stands.`;
  const left = `${host} is left as it is, to be put right by hand (/var/lib/pawl/README there)`;
  if (facts.find('files-back/restore-files', host) !== undefined)
    return `${left}: what stood there before this run is in its place again; a fence is left, and what is still held.`;
  const anew = [
    ...(etcdAnew(scope, host, promotedBy) ? ['etcd, on the data that this run has made'] : []),
    ...(mastersAnew(scope, host) ? ['the masters’ units, as this run had configured them'] : []),
  ];
  if (anew.length === 0) return `${left}: fenced, and what the run had stopped there is held.`;
  return `${left}, and it is not held: this run may have started ${anew.join(', and ')}, and that runs on, or starts by itself when the host is booted, beside the originals. Keep it off, or away from this network, until that is done.`;
}

/** A joiner is started next when it has been added. */
function etcdAnew(scope: Known, host: string, promotedBy: string): boolean {
  const { facts } = scope;
  const first = firstEtcdHost(scope);
  const place = etcdHosts(scope).indexOf(host) + 1;
  const before = host === first ? promotedBy : `scale-up/add-${place}`;
  return (
    place > 0 &&
    facts.find(before, first) !== undefined &&
    facts.find('etcd-down/stop-and-hold', host) === undefined
  );
}

/** They are started next when every file has been edited. */
function mastersAnew({ choices, facts }: Known, host: string): boolean {
  return (
    choices.masters.some(({ name }) => name === host) &&
    facts.find('reconfigure-masters/edit', host) !== undefined &&
    facts.find('masters-down/stop-and-hold', host) === undefined
  );
}
