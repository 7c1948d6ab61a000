export { createFleet, type FleetOptions } from './create-fleet';
export { planned } from './describe-change';
export * from './guarded-step';
export * from './hands';
export { readHands } from './read-hands';
export { readStep } from './read-step';
