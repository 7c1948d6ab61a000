import type { JsonObject } from '@pawl/engine';
import type { HostEntry } from '@pawl/hosts';

/** A host as a run keeps it: how it is reached, and what its cluster calls it. Plain data. */
export interface RunHost extends JsonObject {
  /** inventory_hostname: the target of steps. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly become: boolean;
  readonly privateKeyFile: string | null;
  /** `local`: the one host that the controller runs on itself. */
  readonly connection: 'ssh' | 'local';
}

/** What the choices of every machine over such a cluster hold. */
export interface ClusterChoices extends JsonObject {
  /** By which a loss is accepted: `openshift_master_cluster_hostname`, else the first master. */
  readonly clusterName: string;
  /** The inventory it came from, or null for a library caller's object. */
  readonly inventoryFile: string | null;
  /** The first is the one whose data all the others will get. */
  readonly etcd: readonly RunHost[];
  readonly masters: readonly RunHost[];
}

/** JSON Schema (2020-12) of a host in the choices. */
export const runHostSchema = {
  type: 'object',
  required: ['name', 'address', 'port', 'user', 'become', 'privateKeyFile', 'connection'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' },
    address: { type: 'string', minLength: 1 },
    port: { type: 'integer', minimum: 1, maximum: 65535 },
    user: { type: 'string', minLength: 1 },
    become: { type: 'boolean' },
    privateKeyFile: { type: ['string', 'null'] },
    connection: { enum: ['ssh', 'local'] },
  },
};

/** Every host once, etcd hosts first, in inventory order: the order in which fences are planted. */
export function allHosts({ etcd, masters }: Pick<ClusterChoices, 'etcd' | 'masters'>): readonly RunHost[] {
  const names = new Set(etcd.map((h) => h.name));
  return [...etcd, ...masters.filter((h) => !names.has(h.name))];
}

/** The form in which `@pawl/hosts` wants it. */
export function hostEntry(host: RunHost): HostEntry {
  const { privateKeyFile, ...entry } = host;
  return { ...entry, ...(privateKeyFile === null ? {} : { privateKeyFile }) };
}

export function runHost({ privateKeyFile, connection, ...entry }: HostEntry): RunHost {
  return { ...entry, privateKeyFile: privateKeyFile ?? null, connection: connection ?? 'ssh' };
}
