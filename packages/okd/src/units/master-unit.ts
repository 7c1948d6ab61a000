import { masterRole, type Family, type MasterRole } from './list-master-units';
import type { ShownUnit } from './show-units';

export interface MasterUnit extends ShownUnit {
  readonly role: MasterRole;
  readonly family: Family;
  /** How it was installed, by what its command line starts. */
  readonly runtime: 'host' | 'docker' | 'system-container';
}

/** A unit as the master's, or nothing where its name is not one of a master. */
export function toMaster(unit: ShownUnit): readonly MasterUnit[] {
  const named = masterRole(unit.id);
  return named === undefined ? [] : [{ ...unit, ...named, runtime: runtimeOf(unit) }];
}

function runtimeOf(unit: ShownUnit): MasterUnit['runtime'] {
  const program = unit.command[0]?.split('/').at(-1) ?? '';
  if (program === 'docker') return 'docker';
  return program === 'runc' || program === 'atomic' ? 'system-container' : 'host';
}
