import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { PawlError } from '@pawl/engine';
import { readInventory, type Inventory } from '@pawl/hosts';
import type { Io } from './io';

const DEFAULT = '/etc/ansible/hosts';

/** `-i FILE`, else /etc/ansible/hosts where it exists. @throws PawlError `E_NO_INVENTORY`, and as `readInventory` of hosts */
export async function inventoryFor(io: Pick<Io, 'cwd'>, given: string | undefined): Promise<Inventory> {
  if (given === undefined && !existsSync(DEFAULT))
    throw new PawlError('E_NO_INVENTORY', `no inventory was given, and there is no ${DEFAULT}`, {
      hint: 'Name the inventory that the cluster was installed with: -i FILE',
    });
  return readInventory(given === undefined ? DEFAULT : resolve(io.cwd, given));
}
