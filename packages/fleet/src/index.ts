export * from './guarded-step';
export * from './hands';
