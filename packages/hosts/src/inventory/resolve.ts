import { userInfo } from 'node:os';
import type { Declarations, Value } from './declarations';
import { entryFor } from './entry-for';
import { byPrecedence, hostsOfGroup } from './group-tree';
import type { Inventory, InventoryHost, InventoryOptions } from './inventory';

/** The groups whose hosts Pawl may touch. What it can't honour is refused for them; for any other host it is no matter. */
const clusterGroups = ['masters', 'etcd', 'new_masters', 'new_etcd'];

/**
 * Ansible's rules of inheritance, applied.
 * @throws HostError `E_INVENTORY`, `E_INVENTORY_UNSUPPORTED`
 */
export function resolve(declared: Declarations, options: InventoryOptions = {}): Inventory {
  const defaultUser = options.defaultUser ?? userInfo().username;
  const layers = byPrecedence(declared);
  const groups = new Map([...declared.groups.keys()].map((name) => [name, hostsOfGroup(declared, name)]));
  groups.set('all', [...declared.hosts.keys()]);
  const ofCluster = new Set(clusterGroups.flatMap((name) => groups.get(name) ?? []));

  const hosts = new Map<string, InventoryHost>();
  for (const [name, { where, vars }] of declared.hosts) {
    const memberOf = layers.filter((group) => groups.get(group.name)?.includes(name));
    const values = new Map<string, Value>([...memberOf.flatMap((group) => [...group.vars]), ...vars]);
    hosts.set(name, {
      entry: entryFor({ name, values, where, defaultUser, isStrict: ofCluster.has(name) }),
      groups: memberOf.map((group) => group.name).filter((group) => group !== 'all'),
      vars: Object.fromEntries([...values].map(([key, { text }]) => [key, text])),
      where,
    });
  }
  return { file: declared.file, hosts, groups };
}
