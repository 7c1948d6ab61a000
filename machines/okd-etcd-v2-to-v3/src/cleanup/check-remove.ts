import { PawlError, type JsonObject, type Scope } from '@pawl/engine';
import type { OkdChoices } from '../choices';
import { isRolledBack, LEFTOVERS, type LeftoverName } from './leftovers';

/**
 * Whether these may go, before anything is done. On a cluster that runs on v3 one of original and backup stays: they are the
 * only v2 there is.
 * @throws PawlError `E_USAGE` (no such name), `E_ONLY_COPY`
 */
export function checkRemove({ facts }: Pick<Scope<OkdChoices>, 'facts'>, remove: readonly string[]): void {
  const unknown = remove.filter((name) => !isLeftover(name));
  if (unknown.length > 0)
    throw new PawlError('E_USAGE', `${unknown.join(', ')}: nothing of a run is called so`, {
      hint: `There are: ${LEFTOVERS.join(', ')}.`,
    });
  if (isRolledBack(facts)) return;
  const removed = [...facts.all('remove/remove').values()].flatMap(removedBefore);
  const gone = new Set([...removed, ...remove]);
  if (gone.has('original') && gone.has('backup'))
    throw new PawlError('E_ONLY_COPY', 'original and backup are the only v2 data that is left', {
      hint: 'Remove one of them, and keep the other until nobody can want v2 back. It can be moved away by hand after that.',
    });
}

/** What has been removed on a host by this cleanup and those before it, by its facts. */
export function removedBefore(facts: JsonObject | undefined): readonly string[] {
  const ever = facts?.['ever'];
  return Array.isArray(ever) ? ever.map(String) : [];
}

export function isLeftover(name: string): name is LeftoverName {
  return LEFTOVERS.some((each) => each === name);
}
