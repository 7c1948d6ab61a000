import type { HostEntry } from '../hosts-api';

/** What an inventory says, with Ansible's rules of inheritance applied. */
export interface Inventory {
  /** For messages: the path as it was given. */
  readonly file: string;
  /** By inventory name, in the order in which they are first named. */
  readonly hosts: ReadonlyMap<string, InventoryHost>;
  /** The names of each group's hosts in inventory order: its own, then those of its children. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

export interface InventoryHost {
  /** How it is reached. Checked for hosts of `masters`, `etcd`, `new_masters` and `new_etcd`; a guess for the others. */
  readonly entry: HostEntry;
  /** Every group that it belongs to, also through children; without `all`. */
  readonly groups: readonly string[];
  /** May hold secrets, so it is not for keeping. As text, quotes taken off: `all` < parent groups < child groups < the host's own. */
  readonly vars: Readonly<Record<string, string>>;
  /** `file:line` where it is first named. */
  readonly where: string;
}

export interface InventoryOptions {
  /** Who logs in where the inventory doesn't say; the user who runs Pawl if left out. */
  readonly defaultUser?: string;
}
