export { clusterOf, type Cluster, type ClusterHost } from './cluster-of';
export type { Inventory, InventoryHost, InventoryOptions } from './inventory';
export {
  inventoryFromObject,
  type InventoryObject,
  type InventoryObjectGroup,
  type InventoryObjectVars,
} from './inventory-from-object';
export { parseInventory } from './parse-inventory';
export { readInventory } from './read-inventory';
