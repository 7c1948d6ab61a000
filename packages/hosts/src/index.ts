export * from './host';
export * from './sh';
