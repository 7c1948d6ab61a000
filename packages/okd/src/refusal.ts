/** Something seen on a master that stands in the way, with what to do about it. Plain data, fit for facts. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly hint: string;
}

export type RefusalCode =
  /** Pacemaker runs the masters: what is stopped here it starts again. */
  | 'E_PACEMAKER'
  /** The masters run in containers (docker or a system container), or the host is an Atomic Host. */
  | 'E_MASTER_RUNTIME'
  /** No master unit, half of a pair, or two installations side by side. */
  | 'E_MASTER_UNITS'
  /** etcd runs inside the master process. */
  | 'E_EMBEDDED_ETCD'
  /** etcd runs as a container beside the master. */
  | 'E_ETCD_CONTAINER'
  /** master-config.yaml is not what it should be. */
  | 'E_MASTER_CONFIG'
  /** A file that master-config.yaml names is not there. */
  | 'E_MASTER_FILES'
  /** Not OKD 3.6. */
  | 'E_OKD_VERSION'
  /** The master's own client reaches the API through something that is down while the masters are. */
  | 'E_LOOPBACK';
