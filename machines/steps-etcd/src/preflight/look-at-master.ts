import type { ReadHost } from '@pawl/hosts';
import { inspectMaster, readMasterConfig, showUnits, type ConfigEdit } from '@pawl/okd';
import type { MasterFacts } from '../facts';

/** What a machine will make of a master-config.yaml. */
export type Edit = (text: string, path: string) => ConfigEdit;

/** Everything about one master that the run will rely on. Reads only. */
export async function lookAtMaster(host: ReadHost, edit: Edit): Promise<MasterFacts> {
  const seen = await inspectMaster(host);
  return { ...seen, edit: seen.refusals.length > 0 ? [] : await plannedEdit(host, seen.units, edit) };
}

/** The lines that will change, for the plan; the file itself may hold passwords and is never a fact. */
async function plannedEdit(
  host: ReadHost,
  units: readonly string[],
  edit: Edit,
): Promise<MasterFacts['edit']> {
  const [unit] = await showUnits(host, units.slice(0, 1));
  if (unit === undefined) return [];
  const config = await readMasterConfig(host, unit);
  return edit(config.text, `${host.name}:${config.path}`).difference.map(
    (line) => `${line.sign} ${line.text}`,
  );
}
