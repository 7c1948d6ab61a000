import type { Scope } from '@pawl/engine';
import type { ClusterChoices } from './cluster-choices';
import { etcdHosts, firstEtcdHost } from './hosts-of';

/**
 * What becomes of a host that the way back has left out, in a sentence: it may be booted, weeks later, by somebody who knows
 * nothing of this run. From facts alone, and on the safe side: what the run was about to start there counts as started.
 */
export function leftBehind(scope: Pick<Scope<ClusterChoices>, 'choices' | 'facts'>, host: string): string {
  const left = `${host} is left as it is, to be put right by hand (/var/lib/pawl/README there)`;
  const anew = [
    ...(etcdAnew(scope, host) ? ['etcd, on the data that this run has made'] : []),
    ...(mastersAnew(scope, host) ? ['the masters’ units, as this run had configured them'] : []),
  ];
  if (anew.length === 0) return `${left}: fenced, and what the run had stopped there is held.`;
  return `${left}, and it is not held: this run may have started ${anew.join(', and ')}, and that starts by itself when the host is booted, beside the originals. Keep it off, or away from this network, until that is done.`;
}

/** A joiner is started next when it has been added; the first when its forced start has ended. */
function etcdAnew(scope: Pick<Scope<ClusterChoices>, 'choices' | 'facts'>, host: string): boolean {
  const { facts } = scope;
  const first = firstEtcdHost(scope);
  if (host === first) return facts.find('re-form/end-forced', first) !== undefined;
  const place = etcdHosts(scope).indexOf(host) + 1;
  return place > 0 && facts.find(`scale-up/add-${place}`, first) !== undefined;
}

/** They are started next when every file has been edited. */
function mastersAnew(
  { choices, facts }: Pick<Scope<ClusterChoices>, 'choices' | 'facts'>,
  host: string,
): boolean {
  return (
    choices.masters.some(({ name }) => name === host) &&
    facts.find('reconfigure-masters/edit', host) !== undefined
  );
}
