export * from './engine-api';
export * from './errors';
export * from './json';
export * from './machine';
export * from './ports';
export * from './records';
export * from './scope';
export * from './step';
