export * from './guarded-step';
export * from './hands';
export type { FleetOptions } from './fleet-options';
export { createFleet } from './create-fleet';
export { fleetPerRun } from './fleet-per-run';
export { planned } from './describe-change';
export { readHands } from './read-hands';
export { readStep } from './read-step';
