import { readFile, stat } from 'node:fs/promises';
import { errnoOf } from '../errno';
import type { Inventory, InventoryOptions } from './inventory';
import { inventoryError, unsupported } from './inventory-error';
import { parseInventory } from './parse-inventory';
import { refuseVariablesBeside } from './variables-beside';

/**
 * Reads an inventory file. What Ansible would take from beside it (`group_vars/`, `host_vars/`) is not read, and so it is
 * refused if it holds a variable that matters here, for a host of the cluster.
 * @throws HostError `E_INVENTORY`, and `E_INVENTORY_UNSUPPORTED` for YAML, scripts and directories, too
 */
export async function readInventory(file: string, options: InventoryOptions = {}): Promise<Inventory> {
  const text = await textOf(file);
  const inventory = parseInventory(text, file, options);
  await refuseVariablesBeside(inventory);
  return inventory;
}

async function textOf(file: string): Promise<string> {
  try {
    const about = await stat(file);
    if (about.isDirectory()) throw otherKind(file, 'a directory');
    const text = await readFile(file, 'utf8');
    if (/\.(ya?ml|json)$/.test(file) || /^\s*(---|\{)/.test(text)) throw otherKind(file, 'in YAML or JSON');
    if (text.startsWith('#!') && (about.mode & 0o111) !== 0) throw otherKind(file, 'a script');
    return text;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined || errno.startsWith('E_')) throw error;
    throw inventoryError(
      file,
      `the inventory can't be read: ${errno}`,
      'Name an inventory in INI format: -i FILE.',
    );
  }
}

function otherKind(file: string, kind: string): Error {
  return unsupported(
    file,
    `the inventory is ${kind}, which is not supported yet`,
    'Write [masters] and [etcd] with their variables into a file in INI format, and name that.',
  );
}
