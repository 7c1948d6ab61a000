import type { Scope } from '@pawl/engine';
import type { ClusterChoices } from './cluster-choices';

interface Chosen {
  readonly choices: Pick<ClusterChoices, 'etcd' | 'masters'>;
}

/** The one whose data all the others will get. */
export function firstEtcdHost({ choices }: Chosen): string {
  const [first] = choices.etcd;
  if (first === undefined) throw new TypeError('choices without an etcd host passed their check');
  return first.name;
}

export const etcdHosts = ({ choices }: Chosen): readonly string[] => choices.etcd.map((h) => h.name);
export const masters = ({ choices }: Chosen): readonly string[] => choices.masters.map((h) => h.name);

type Saying = Chosen & Pick<Scope<ClusterChoices>, 'said'>;

/** The hosts that the way back goes to: without those of which a person has said that they will not come back. */
export const livingEtcdHosts = (scope: Saying): readonly string[] => etcdHosts(scope).filter(lives(scope));
export const livingMasters = (scope: Saying): readonly string[] => masters(scope).filter(lives(scope));

/** Where a question that any member can answer is asked. */
export function firstLivingEtcdHost(scope: Saying): string {
  return livingEtcdHosts(scope)[0] ?? firstEtcdHost(scope);
}

export const lives =
  ({ said }: Pick<Saying, 'said'>) =>
  (host: string): boolean =>
    said?.dead.includes(host) !== true;
