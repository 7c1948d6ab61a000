import type { Scope } from '@pawl/engine';
import type { EtcdSetup } from '@pawl/steps-etcd';
import type { RestoreChoices } from './choices';

/** `preflight/etcd-hosts`, per etcd host: etcd need not run there. */
export interface EtcdHostFacts extends EtcdSetup {
  /** By its own answer. */
  readonly healthy: boolean;
  /** Where force-new-cluster is set: a line of etcd.conf can be taken out, anything else is a person's to mend. */
  readonly forcedBy: 'etcd.conf' | 'elsewhere' | null;
}

/** What one of the two stores holds, and what of it is younger than the backup; null where no member answers. */
export interface StoreCost {
  readonly keys: number;
  /** null: nobody knows up to where the backup reaches. */
  readonly written: number | null;
}

/** `preflight/cost`: what is lost. */
export interface CostFacts {
  readonly v2: StoreCost | null;
  readonly v3: StoreCost | null;
  /** RFC 3339: when the backup was last written to. */
  readonly since: string;
  /** Why a store could not be read, a sentence each. Left out by a run of before it was kept. */
  readonly unread?: readonly string[];
}

type Read = Pick<Scope<RestoreChoices>, 'facts'>;

export const etcdHost = ({ facts }: Read, host: string): EtcdHostFacts =>
  facts.of('preflight/etcd-hosts', host) as unknown as EtcdHostFacts;
export const findCost = ({ facts }: Read): CostFacts | undefined =>
  facts.find('preflight/cost') as unknown as CostFacts | undefined;
/** `preflight/serving`: whether a master answered ready, on whatever it stores in. */
export const serving = ({ facts }: Read, master: string): boolean =>
  facts.find('preflight/serving', master)?.['ready'] === true;
