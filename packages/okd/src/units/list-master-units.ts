import type { ReadHost } from '@pawl/hosts';
import { ask } from '../ask';

/** OKD; OpenShift Container Platform; OpenShift Enterprise before 3.1, whose name some clusters kept. */
const families = ['origin', 'atomic-openshift', 'openshift'] as const;
export type Family = (typeof families)[number];

/**
 * Names of the master units whose files are on the host, enabled or not. Asked of systemd, never taken from the inventory,
 * which says nothing reliable about them: a single master of 3.6 has `-master` even where the inventory speaks of HA.
 */
export async function listMasterUnits(host: ReadHost): Promise<readonly string[]> {
  const patterns = families.map((family) => `${family}-master*.service`);
  return parseUnitFiles(
    await ask(host, ['systemctl', 'list-unit-files', '--no-pager', '--no-legend', '--full', ...patterns]),
  );
}

/** Two columns up to systemd 244, a third (the preset) from 245 on. A pattern that matches nothing prints nothing. */
export function parseUnitFiles(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => /^\s*(\S+\.service)(?:\s|$)/.exec(line)?.[1] ?? []);
}

export type MasterRole = 'api' | 'controllers' | 'all-in-one';

/** What a unit is by its name; undefined for one that is not a master's (`origin-master-backup.service`). */
export function masterRole(unit: string): { readonly family: Family; readonly role: MasterRole } | undefined {
  const found = /^(origin|atomic-openshift|openshift)-master(?:-(api|controllers))?\.service$/.exec(unit);
  const family = families.find((name) => name === found?.[1]);
  if (family === undefined) return undefined;
  const role = found?.[2];
  return { family, role: role === 'api' || role === 'controllers' ? role : 'all-in-one' };
}
