export { hostEntry, type Finding, type RunHost } from '@pawl/steps-etcd';
export * from './break-glass';
export * from './choices';
export * from './check';
export * from './from-inventory';
export * from './machine';
export * from './operation';
export { createOkdMigration } from './embed/create-okd-migration';
export * from './embed/okd-migration-api';
