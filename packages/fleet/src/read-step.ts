import type { JsonObject, ReadStep } from '@pawl/engine';
import type { ReadHands } from './hands';

/** A step that looks and changes nothing. */
export function readStep<C extends JsonObject>(
  spec: Omit<ReadStep<C, ReadHands>, 'kind'>,
): ReadStep<C, ReadHands> {
  return { kind: 'read', ...spec };
}
