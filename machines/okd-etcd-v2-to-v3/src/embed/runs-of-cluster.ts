import { PawlError, type RunRecord, type Store } from '@pawl/engine';
import { allHosts, type RunHost } from '@pawl/steps-etcd';
import { checkChoices, type OkdChoices } from '../choices';
import { okdEtcdV2ToV3 } from '../machine';

/** The runs on record of any of these hosts, newest first. */
export function runsOfCluster(store: Store, choices: OkdChoices): readonly RunRecord[] {
  const names = new Set(allHosts(choices).map(({ name }) => name));
  return [...store.list()]
    .filter(({ machineId, choices: made }) => {
      if (machineId !== okdEtcdV2ToV3.spec.id) return false;
      return allHosts(checkChoices(made)).some(({ name }) => names.has(name));
    })
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/**
 * A run goes on with the hosts it was made with, in their order: the first etcd host is the one that migrates.
 * @throws PawlError `E_INVENTORY_CHANGED`, with the difference
 */
export function requireSameHosts({ run, choices: made }: RunRecord, given: OkdChoices): void {
  const recorded = checkChoices(made);
  const differences = (['etcd', 'masters'] as const).flatMap((role) => {
    const [was, is] = [placesOf(recorded[role]), placesOf(given[role])];
    return was === is ? [] : [`${role} was ${was}, is ${is}`];
  });
  if (differences.length === 0) return;
  throw new PawlError(
    'E_INVENTORY_CHANGED',
    `the inventory has changed since ${run} was made: ${differences.join('; ')}`,
    {
      where: run,
      hint: 'Finish that run with the inventory that it was made with, or go on with it by its name (`resume`).',
      facts: { run, differences },
    },
  );
}

function placesOf(hosts: readonly RunHost[]): string {
  return hosts
    .map(({ name, address, port }) => `${name} at ${address}${port === 22 ? '' : `:${port}`}`)
    .join(', ');
}
