import type { JsonObject } from '@pawl/engine';

/** The inventory that a run was made from, where it was a file. */
export function recordedInventory(choices: JsonObject): string | undefined {
  const recorded = choices['inventoryFile'];
  return typeof recorded === 'string' ? recorded : undefined;
}
