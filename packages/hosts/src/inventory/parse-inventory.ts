import type { Inventory, InventoryOptions } from './inventory';
import { parseIni } from './parse-ini';
import { resolve } from './resolve';

/**
 * An Ansible inventory in INI format, as openshift-ansible 3.6 uses it. Reads nothing but its arguments (and the name of the
 * user who runs Pawl, where the inventory names none).
 * @throws HostError `E_INVENTORY` and `E_INVENTORY_UNSUPPORTED`, with `where` as `file:line`
 */
export function parseInventory(text: string, file: string, options: InventoryOptions = {}): Inventory {
  return resolve(parseIni(text, file), options);
}
