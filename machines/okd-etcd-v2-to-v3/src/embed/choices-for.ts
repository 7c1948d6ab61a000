import { inventoryFromObject, type Inventory, type InventoryObject } from '@pawl/hosts';
import type { OkdChoices } from '../choices';
import { choicesFrom } from '../from-inventory';
import type { HowToMigrate } from './okd-migration-api';

/** The choices of a run from an inventory, read or in code. @throws PawlError, HostError `E_INVENTORY…`, `E_USAGE`, `E_CHOICES` */
export function choicesFor(
  inventory: Inventory | InventoryObject,
  { ttl, onFailure, maxOutageSeconds }: HowToMigrate = {},
  acceptPointOfNoReturn?: string,
): OkdChoices {
  const flags = {
    ...(ttl !== undefined && { ttl }),
    ...(onFailure !== undefined && { onFailure }),
    ...(maxOutageSeconds !== undefined && { maxOutage: `${maxOutageSeconds}s` }),
    ...(acceptPointOfNoReturn !== undefined && { acceptPointOfNoReturn }),
  };
  if (isRead(inventory)) return choicesFrom(inventory, flags);
  // It came from no file that could be compared with later.
  return { ...choicesFrom(inventoryFromObject(inventory), flags), inventoryFile: null };
}

function isRead(inventory: Inventory | InventoryObject): inventory is Inventory {
  return inventory.groups instanceof Map;
}
