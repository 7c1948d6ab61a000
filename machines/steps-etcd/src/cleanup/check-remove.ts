import { PawlError, type JsonObject, type Scope } from '@pawl/engine';
import type { ClusterChoices } from '../cluster-choices';
import type { LeftoverKinds } from './leftovers';

/**
 * Whether these may go, before anything is done.
 * @throws PawlError `E_USAGE` (no such name), `E_ONLY_COPY`
 */
export const checkRemove =
  (kinds: LeftoverKinds) =>
  ({ facts }: Pick<Scope<ClusterChoices>, 'facts'>, remove: readonly string[]): void => {
    const unknown = remove.filter((name) => !kinds.names.includes(name));
    if (unknown.length > 0)
      throw new PawlError('E_USAGE', `${unknown.join(', ')}: nothing of a run is called so`, {
        hint: `There are: ${kinds.names.join(', ')}.`,
      });
    const removed = [...facts.all('remove/remove').values()].flatMap(removedBefore);
    const gone = new Set([...removed, ...remove]);
    const stays = kinds.oneStays(facts);
    if (stays.length > 0 && stays.every((name) => gone.has(name)))
      throw new PawlError('E_ONLY_COPY', `${stays.join(' and ')} are the only v2 data that is left`, {
        hint: 'Remove one of them, and keep the other until nobody can want v2 back. It can be moved away by hand after that.',
      });
  };

/** What has been removed on a host by this cleanup and those before it, by its facts. */
export function removedBefore(facts: JsonObject | undefined): readonly string[] {
  const ever = facts?.['ever'];
  return Array.isArray(ever) ? ever.map(String) : [];
}
