export * from './changes/edit-file';
export * from './changes/hold-unit';
export * from './changes/release-unit';
export * from './changes/rename-directory';
export * from './changes/unit-properties';
export * from './changes/unit-state';
export * from './fence';
export * from './guard/host-commands';
export * from './guard/read-closed-runs';
export * from './guard/read-fence';
export * from './guard/read-job-output';
export * from './guard/read-jobs';
export * from './host';
export * from './host-error';
export * from './hosts-api';
export * from './inventory';
export { clusterOf, type Cluster, type ClusterHost } from './inventory/cluster-of';
export type { Inventory, InventoryHost, InventoryOptions } from './inventory/inventory';
export {
  inventoryFromObject,
  type InventoryObject,
  type InventoryObjectGroup,
  type InventoryObjectVars,
} from './inventory/inventory-from-object';
export { parseInventory } from './inventory/parse-inventory';
export * from './local-transport';
export * from './open-hosts';
export * from './quote';
export * from './read-host';
export * from './sh';
export * from './ssh';
export * from './testing/unlisted-commands';
export * from './transport';
