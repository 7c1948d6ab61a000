export { choicesSchema, type CheckBackupChoices } from './choices';
export { choicesFrom } from './from-inventory';
export * from './machine';
export * from './operation';
