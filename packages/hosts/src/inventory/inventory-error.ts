import { HostError } from '../host-error';

/** The inventory can't be read as what it says it is. `where`: `file:line`, or the path within an object. */
export function inventoryError(where: string, what: string, hint: string): HostError {
  return new HostError('E_INVENTORY', what, { where, hint });
}

/** It can be read, and asks for something that Pawl doesn't do yet. Never passed over: that could reach another host. */
export function unsupported(where: string, what: string, hint: string, variable?: string): HostError {
  return new HostError('E_INVENTORY_UNSUPPORTED', what, {
    where,
    hint,
    ...(variable === undefined ? {} : { facts: { variable } }),
  });
}
