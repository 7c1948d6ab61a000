export * from './break-glass';
export * from './choices';
export * from './check';
export * from './finding';
export * from './from-inventory';
export * from './machine';
export * from './operation';
