import { PawlError, type JsonObject } from '@pawl/engine';
import { runHostSchema, type Backup, type ClusterChoices } from '@pawl/steps-etcd';
import Ajv from 'ajv/dist/2020';

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

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile<CheckBackupChoices>(
  choicesSchema,
);

/** @throws PawlError `E_CHOICES`, every fault listed */
export function checkChoices(choices: JsonObject): CheckBackupChoices {
  const faults = validate(choices)
    ? sameHosts(choices)
    : (validate.errors ?? []).map((e) => `${e.instancePath || '/'} ${e.message ?? 'is wrong'}`);
  if (faults.length === 0) return choices as CheckBackupChoices;
  throw new PawlError('E_CHOICES', `the run's choices are not valid: ${faults.join('; ')}`, {
    hint: 'Compare them with the schema `choicesSchema` of @pawl/okd-etcd-check-backup.',
  });
}

function sameHosts({ etcd, backups }: CheckBackupChoices): readonly string[] {
  const [hosts, named] = [etcd.map(({ name }) => name), backups.map(({ host }) => host)];
  return [...hosts].sort().join() === [...named].sort().join()
    ? []
    : ['/etcd must be the hosts of /backups, each once'];
}
