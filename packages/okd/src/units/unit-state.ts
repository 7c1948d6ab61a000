import type { ShownUnit } from './show-units';

/** Not stopped: also on its way up or down. */
export function running(unit: ShownUnit): boolean {
  return ['active', 'activating', 'reloading', 'deactivating'].includes(unit.active);
}

/** Why a unit is left over. */
export function whyNot(unit: ShownUnit): string {
  if (unit.load !== 'loaded')
    return unit.load === 'masked' ? 'masked' : `systemd can't load it: ${unit.load}`;
  return `${unit.active} and ${unit.enabled === '' ? 'not installed' : unit.enabled}: it neither runs nor starts at boot`;
}
