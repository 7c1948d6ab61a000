import { choicesCheckedBy, runHostSchema, type Backup, type ClusterChoices } from '@pawl/steps-etcd';

/** The choices of a run. `etcd`: the hosts that have a backup to be proven, and no other; `masters`: none, they are left alone. */
export interface CheckBackupChoices extends ClusterChoices {
  /** At most one a host. */
  readonly backups: readonly Backup[];
  /** sha256 of the manifest that the run which made them has written down; null: what lies beside them is taken at its word. */
  readonly manifestDigest: string | null;
}

/** JSON Schema (2020-12) of the choices. */
export const choicesSchema = {
  $id: 'https://pawl.example/schemas/okd-etcd-check-backup/choices-1.json',
  type: 'object',
  required: ['clusterName', 'inventoryFile', 'etcd', 'masters', 'backups', 'manifestDigest'],
  additionalProperties: false,
  properties: {
    clusterName: { type: 'string', minLength: 1 },
    inventoryFile: { type: ['string', 'null'] },
    etcd: { type: 'array', minItems: 1, maxItems: 7, items: runHostSchema },
    masters: { type: 'array', maxItems: 0 },
    backups: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['host', 'path'],
        additionalProperties: false,
        properties: { host: { type: 'string', minLength: 1 }, path: { type: 'string', pattern: '^/' } },
      },
    },
    manifestDigest: { type: ['string', 'null'], pattern: '^[0-9a-f]{64}$' },
  },
};

/** @throws PawlError `E_CHOICES`, every fault listed */
export const checkChoices = choicesCheckedBy<CheckBackupChoices>(
  choicesSchema,
  '@pawl/okd-etcd-check-backup',
  sameHosts,
);

function sameHosts({ etcd, backups }: CheckBackupChoices): readonly string[] {
  const [hosts, named] = [etcd.map(({ name }) => name), backups.map(({ host }) => host)];
  return [...hosts].sort().join() === [...named].sort().join()
    ? []
    : ['/etcd must be the hosts of /backups, each once'];
}
