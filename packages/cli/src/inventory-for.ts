import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { PawlError } from '@pawl/engine';
import { readInventory, type Inventory } from '@pawl/hosts';
import type { Io } from './io';

/** Where it exists. */
export const DEFAULT_INVENTORY = '/etc/ansible/hosts';

/** `-i FILE`, else /etc/ansible/hosts where it exists. @throws PawlError `E_NO_INVENTORY`, and as `readInventory` of hosts */
export async function inventoryFor(io: Pick<Io, 'cwd'>, given: string | undefined): Promise<Inventory> {
  if (given === undefined && !existsSync(DEFAULT_INVENTORY))
    throw new PawlError('E_NO_INVENTORY', `no inventory was given, and there is no ${DEFAULT_INVENTORY}`, {
      hint: 'Name the inventory that the cluster was installed with: -i FILE',
    });
  return readInventory(given === undefined ? DEFAULT_INVENTORY : resolve(io.cwd, given));
}
