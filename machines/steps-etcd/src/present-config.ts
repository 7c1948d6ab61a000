import { StepFailed, type Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { readMasterConfig, showUnits, type MasterConfig } from '@pawl/okd';
import type { ClusterChoices } from './cluster-choices';
import { masterFacts } from './facts';

/** The target master's configuration as it is now, where its unit says that it lies. */
export async function presentConfig({
  hands,
  facts,
  target,
}: Task<ClusterChoices, ReadHands>): Promise<MasterConfig> {
  const [unit] = await showUnits(hands.on(target), masterFacts({ facts }, target).units.slice(0, 1));
  if (unit === undefined)
    throw new StepFailed('E_MASTER_UNITS', `${target}: systemd no longer knows the master's unit`, {
      where: target,
      hint: 'Somebody has removed it since preflight. Put the unit’s file back (`systemctl daemon-reload` after it), and resume.',
    });
  return readMasterConfig(hands.on(target), unit);
}
