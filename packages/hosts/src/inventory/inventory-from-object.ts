import { checkName } from './check-name';
import { declareGroup, declareHost } from './declarations';
import type { Declarations, Value } from './declarations';
import type { Inventory, InventoryOptions } from './inventory';
import { inventoryError } from './inventory-error';
import { resolve } from './resolve';

/** An inventory in code. `{ groups: { etcd: { hosts: { e1: { ansible_host: '192.0.2.31' } } }, masters: … } }` */
export interface InventoryObject {
  readonly groups: Readonly<Record<string, InventoryObjectGroup>>;
}

export interface InventoryObjectGroup {
  /** In order; names as they are, without ranges. */
  readonly hosts?: Readonly<Record<string, InventoryObjectVars>>;
  readonly children?: readonly string[];
  readonly vars?: InventoryObjectVars;
}

export type InventoryObjectVars = Readonly<Record<string, string | number | boolean>>;

/**
 * The same as `parseInventory`, from an object; the same rules, whoever made it: it is checked as if it came from a file.
 * @param name what messages call it, e.g. `inventory`
 * @throws HostError `E_INVENTORY` and `E_INVENTORY_UNSUPPORTED`, with `where` as the path: `inventory.groups.etcd.hosts.e1`
 */
export function inventoryFromObject(
  object: InventoryObject,
  name = 'inventory',
  options: InventoryOptions = {},
): Inventory {
  const to: Declarations = { file: name, hosts: new Map(), groups: new Map() };
  const root = record(object, name, ['groups']);
  const groups = record(root['groups'], `${name}.groups`);
  for (const [group, value] of Object.entries(groups)) readGroup(to, group, value, `${name}.groups.${group}`);
  for (const { children } of to.groups.values()) {
    for (const [child, where] of children) {
      if (to.groups.has(child)) continue;
      throw inventoryError(
        where,
        `there is no group '${child}'`,
        `Add it to ${name}.groups; it may be empty.`,
      );
    }
  }
  return resolve(to, options);
}

function readGroup(to: Declarations, name: string, value: unknown, where: string): void {
  const { hosts = {}, children = [], vars = {} } = record(value, where, ['hosts', 'children', 'vars']);
  const group = declareGroup(to, name, where);
  for (const [host, hostVars] of Object.entries(record(hosts, `${where}.hosts`))) {
    const place = `${where}.hosts.${host}`;
    checkName(host, place);
    const declared = declareHost(to, host, place);
    for (const [key, it] of readVars(hostVars, place)) declared.vars.set(key, it);
    group.hosts.add(host);
  }
  if (!Array.isArray(children)) throw wrong(`${where}.children`, 'an array of group names', children);
  children.forEach((child: unknown, index) => {
    if (typeof child !== 'string') throw wrong(`${where}.children[${index}]`, 'the name of a group', child);
    group.children.set(child, `${where}.children[${index}]`);
  });
  for (const [key, it] of readVars(vars, `${where}.vars`)) group.vars.set(key, it);
}

function readVars(vars: unknown, where: string): readonly (readonly [string, Value])[] {
  return Object.entries(record(vars, where)).map(([key, value]) => {
    const place = `${where}.${key}`;
    if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) {
      return [key, { text: String(value), where: place }] as const;
    }
    throw wrong(place, 'a string, a number or a boolean', value);
  });
}

function record(value: unknown, where: string, keys?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(where, 'an object', value);
  const odd = keys === undefined ? undefined : Object.keys(value).find((key) => !keys.includes(key));
  if (odd === undefined) return { ...value };
  throw inventoryError(
    `${where}.${odd}`,
    `'${odd}' means nothing here`,
    `There can be ${keys?.join(', ') ?? ''}.`,
  );
}

function wrong(where: string, wanted: string, value: unknown): Error {
  const got = Array.isArray(value) ? 'an array' : value === null ? 'null' : typeof value;
  return inventoryError(where, `${where} is ${got}, and should be ${wanted}`, 'Mend the object.');
}
