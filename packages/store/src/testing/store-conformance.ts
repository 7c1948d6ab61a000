import type { Cases, StoresUnderTest } from './conformance/a-run';
import { claims } from './conformance/claims';
import { commits } from './conformance/commits';
import { facts } from './conformance/facts';
import { intents } from './conformance/intents';
import { journal } from './conformance/journal';
import { requests } from './conformance/requests';
import { runs } from './conformance/runs';

export type { StoresUnderTest };

export interface ConformanceCase {
  readonly name: string;
  /** Throws where the store does not do as the contract says. */
  readonly check: () => void;
}

const all: Cases = { ...runs, ...commits, ...claims, ...intents, ...facts, ...journal, ...requests };

/**
 * What every store must do, as cases for any test runner: `for (const { name, check } of storeConformance(make)) test(name, check)`.
 * Of durability it sees that another process finds everything; that a call which returned survives a power cut is for the
 * store's own tests.
 * @param make an empty database, opened twice; called anew for each case
 */
export function storeConformance(make: () => StoresUnderTest): readonly ConformanceCase[] {
  return Object.entries(all).map(([name, check]) => ({ name, check: () => checkOne(make(), check) }));
}

function checkOne(stores: StoresUnderTest, check: Cases[string]): void {
  let closed = false;
  const close = (): void => {
    if (!closed) stores.close();
    closed = true;
  };
  try {
    check({ ...stores, close });
  } finally {
    close();
  }
}
