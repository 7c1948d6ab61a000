import type { GuardIdentity } from '../fence';
import type { GuardedHost, ReadHost } from '../host';
import type { AsRoot } from './as-root';
import { runChange } from './run-change';

/** A host as one intent may change it: once. */
export function guardedHost(
  read: ReadHost,
  root: AsRoot,
  identity: GuardIdentity,
  faultPoint: (boundary: string) => void,
): GuardedHost {
  let used = false;
  return {
    ...read,
    async change(change) {
      if (used) throw new Error(`intent ${identity.intent} has made its change on ${read.name} already`);
      used = true;
      return runChange(root, identity, change, faultPoint);
    },
  };
}
