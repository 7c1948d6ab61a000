import { choicesCheckedBy, runHostSchema, type Backup, type ClusterChoices } from '@pawl/steps-etcd';

/** The operator's choices, fixed when the run is created. `etcd`: the host that the backup lies on first. */
export interface RestoreChoices extends ClusterChoices {
  /** What the inventory itself says that this release can't handle, in words: preflight refuses by it. */
  readonly declared: readonly string[];
  /** Its host is the first of `etcd`: the others get its data. */
  readonly from: Backup;
  /** A member/snap/db on that host, for a backup whose own is missing or holds v3 data. */
  readonly dbFrom: string | null;
  /** Hosts of the inventory that will not come back: the cluster is formed without them. */
  readonly gone: readonly string[];
  /** How many etcd hosts the inventory names, those that are gone included. Left out by a run of before it was kept. */
  readonly membersBefore?: number;
  readonly reason: string | null;
  /** Must equal `clusterName` before anything is touched. */
  readonly acceptDataLoss: string | null;
}

/** JSON Schema (2020-12) of the choices. */
export const choicesSchema = {
  $id: 'https://pawl.example/schemas/okd-etcd-restore-v2/choices-1.json',
  type: 'object',
  required: [
    'clusterName',
    'inventoryFile',
    'etcd',
    'masters',
    'declared',
    'from',
    'dbFrom',
    'gone',
    'reason',
    'acceptDataLoss',
  ],
  additionalProperties: false,
  properties: {
    clusterName: { type: 'string', minLength: 1 },
    inventoryFile: { type: ['string', 'null'] },
    etcd: { type: 'array', minItems: 1, maxItems: 7, items: runHostSchema },
    masters: { type: 'array', minItems: 1, items: runHostSchema },
    declared: { type: 'array', items: { type: 'string' } },
    from: {
      type: 'object',
      required: ['host', 'path'],
      additionalProperties: false,
      properties: { host: { type: 'string', minLength: 1 }, path: { type: 'string', pattern: '^/' } },
    },
    dbFrom: { type: ['string', 'null'], pattern: '^/' },
    gone: { type: 'array', items: { type: 'string' } },
    membersBefore: { type: 'integer', minimum: 1 },
    reason: { type: ['string', 'null'] },
    acceptDataLoss: { type: ['string', 'null'] },
  },
};

/** @throws PawlError `E_CHOICES`, every fault listed */
export const checkChoices = choicesCheckedBy<RestoreChoices>(
  choicesSchema,
  '@pawl/okd-etcd-restore-v2',
  ({ etcd, from }) =>
    etcd[0]?.name === from.host ? [] : ['/etcd/0 must be the host that the backup lies on'],
);
