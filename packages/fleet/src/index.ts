export { createFleet } from './create-fleet';
export { planned } from './describe-change';
export type { FleetOptions } from './fleet-options';
export * from './guarded-step';
export * from './hands';
export { readHands } from './read-hands';
export { readStep } from './read-step';
