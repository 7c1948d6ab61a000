import { choicesCheckedBy, runHostSchema, type ClusterChoices, type RunHost } from '@pawl/steps-etcd';

/**
 * How long keys that had a TTL in v2 live in v3. `remaining`: what each had left. `documented` and `configured` give the five prefixes of the
 * published procedure its durations, or those of the first master's configuration, counted from when the leases are granted; keys
 * elsewhere keep what they had left. In every mode a lease is at most 60 s or 2 % longer, and a key without a TTL gets none.
 */
export const TTL_MODES = ['remaining', 'documented', 'configured'] as const;

export type TtlMode = (typeof TTL_MODES)[number];

/** The operator's choices, fixed when the run is created. */
export interface OkdChoices extends ClusterChoices {
  /** What the point of no return is accepted by: `openshift_master_cluster_hostname`, else the first master. */
  readonly clusterName: string;
  /** The inventory it came from, or null for a library caller's object. */
  readonly inventoryFile: string | null;
  /** In inventory order; the first is the migration host. */
  readonly etcd: readonly RunHost[];
  readonly masters: readonly RunHost[];
  /** What the inventory itself says that this release can't migrate, in words: preflight refuses by it. */
  readonly declared: readonly string[];
  readonly ttl: TtlMode;
  /** Where a failure before the point of no return leads; an outage longer than `maxOutageSeconds` is one. */
  readonly onFailure: 'pause' | 'rollback';
  readonly maxOutageSeconds: number | null;
  /** Must equal `clusterName` before anything is touched. */
  readonly acceptPointOfNoReturn: string | null;
}

/** JSON Schema (2020-12) of the choices. */
export const choicesSchema = {
  $id: 'https://pawl.example/schemas/okd-etcd-v2-to-v3/choices-1.json',
  type: 'object',
  required: [
    'clusterName',
    'inventoryFile',
    'etcd',
    'masters',
    'declared',
    'ttl',
    'onFailure',
    'maxOutageSeconds',
    'acceptPointOfNoReturn',
  ],
  additionalProperties: false,
  properties: {
    clusterName: { type: 'string', minLength: 1 },
    inventoryFile: { type: ['string', 'null'] },
    etcd: { type: 'array', minItems: 1, maxItems: 7, items: runHostSchema },
    masters: { type: 'array', minItems: 1, items: runHostSchema },
    declared: { type: 'array', items: { type: 'string' } },
    ttl: { enum: [...TTL_MODES] },
    onFailure: { enum: ['pause', 'rollback'] },
    maxOutageSeconds: { type: ['integer', 'null'], minimum: 1 },
    acceptPointOfNoReturn: { type: ['string', 'null'] },
  },
};

/** @throws PawlError `E_CHOICES`, every fault listed */
export const checkChoices = choicesCheckedBy<OkdChoices>(choicesSchema, '@pawl/okd-etcd-v2-to-v3');
