import type { Call } from '../calls';
import type { Running } from './cluster';

/** The members, as programs reach them. */
export interface EtcdWorld {
  readonly tree: (host: string) => string;
  /** Members that run; of those with a network of their own the one whose network it is. */
  readonly reached: (call: Pick<Call, 'host' | 'net'>, url: string) => Running | undefined;
  readonly running: () => readonly Running[];
  readonly effect: (host: string, what: string) => void;
  /** By a clock that nobody sets. */
  readonly now: () => number;
  /** The time of day on a host. */
  readonly timeOn: (host: string) => number;
}

export const ETCD_VERSION = '3.2.22';
