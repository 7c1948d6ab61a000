export { choicesSchema, type RestoreChoices } from './choices';
export { choicesFrom } from './from-inventory';
export * from './machine';
export * from './operation';
