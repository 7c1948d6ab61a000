export { Lab, labAttach } from './lab';
export { labUp } from './up';
export { labDown } from './down';
export { ensureLabPackages, labAvailable } from './packages';
export { LabError } from './lab-error';
export type { LabHost, LabSpec } from './spec';
