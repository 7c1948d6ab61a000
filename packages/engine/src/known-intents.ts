import type { Store } from './ports';

/** Whether a run's journal has an intent. What it once had it keeps, so it is read again only for one that was not there. */
export function knownIntents(store: Store, run: string): (intent: string) => boolean {
  let known: ReadonlySet<string> = new Set();
  return (intent) => {
    if (!known.has(intent)) known = new Set(store.intents(run).map(({ id }) => id));
    return known.has(intent);
  };
}
