import { join } from 'node:path';
import { createFleet, hostFences, readHands } from '@pawl/fleet';
import { openHosts } from '@pawl/hosts';
import { okdCheckBackup } from '@pawl/okd-etcd-check-backup';
import { okdRestore } from '@pawl/okd-etcd-restore-v2';
import { okdMigration } from '@pawl/okd-etcd-v2-to-v3';
import type { CliMachine } from './machines';
import type { ConnectOptions, Connection, Parts } from './parts';

/** Another operation is another line here. */
const MACHINES: readonly CliMachine[] = [okdMigration, okdRestore, okdCheckBackup];

/** The machines of this release, and hosts by SSH. */
export function realParts(): Parts {
  return { machines: MACHINES, connect };
}

function connect({ machine, entries, run, runsDir, env }: ConnectOptions): Connection {
  const agent = env['SSH_AUTH_SOCK'];
  const hosts = openHosts({ entries, ...(agent === undefined ? {} : { agent }) });
  const { plantedBy, closedBy } = machine;
  return {
    hands: readHands(hosts, run, join(runsDir, run)),
    fleet: createFleet({ hosts, runsDir, plantedBy, ...(closedBy === undefined ? {} : { closedBy }) }),
    fences: hostFences(hosts),
    close: () => hosts.close(),
  };
}
