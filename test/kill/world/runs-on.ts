import path from 'node:path';
import { createEngine, type Engine, type Store } from '@pawl/engine';
import { createFleet, fleetPerRun, type ReadHands, type WorkHands } from '@pawl/fleet';
import { openHosts, type HostEntry } from '@pawl/hosts';
import { okdRestore } from '@pawl/okd-etcd-restore-v2';
import { okdMigration } from '@pawl/okd-etcd-v2-to-v3';
import { openStore, processOwners } from '@pawl/store';
import { worldTransport } from '.';

const OPERATIONS = [okdMigration, okdRestore];

/** A controller: an engine with both machines, on the hosts of a world. */
export interface Controller {
  readonly engine: Engine;
  readonly store: Store;
}

/** @param base where its database and its runs' folders lie */
export function controllerOn(base: string, world: string): Controller {
  const store = openStore(path.join(base, 'pawl.db'));
  const connect = (entries: readonly HostEntry[]) =>
    openHosts({ entries }, (entry) => worldTransport(world, entry));
  const engine = createEngine<ReadHands, WorkHands>({
    ...{ store, owners: processOwners(), machines: OPERATIONS.map(({ machine }) => machine) },
    fleet: fleetPerRun(({ machineId, choices }) => {
      const { hostsOf, plantedBy, closedBy } = OPERATIONS.find((operation) => operation.id === machineId)!;
      return createFleet({
        hosts: connect(hostsOf(choices)),
        runsDir: path.join(base, 'runs'),
        plantedBy,
        closedBy,
      });
    }),
  });
  return { engine, store };
}
