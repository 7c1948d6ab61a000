export { openStore } from './open-store';
export { type OpenOptions } from './open-database';
export { processOwners, type ProcessTable } from './process-owners';
export { storeConformance, type ConformanceCase, type StoresUnderTest } from './testing/store-conformance';
