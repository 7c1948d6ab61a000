import type { Store } from '@pawl/engine';

/** The store itself, and how often it has committed. */
export interface CountingStore {
  readonly store: Store;
  readonly commits: () => number;
}

export function countingStore(store: Store): CountingStore {
  let commits = 0;
  const counted = <T>(act: () => T): T => {
    commits += 1;
    return act();
  };
  return {
    store: {
      ...store,
      create: (run) => counted(() => store.create(run)),
      commit: (commit) => counted(() => store.commit(commit)),
      claim: (...args) => counted(() => store.claim(...args)),
    },
    commits: () => commits,
  };
}
