export * from './fence';
export * from './host';
export * from './hosts-api';
export * from './sh';
export * from './transport';
