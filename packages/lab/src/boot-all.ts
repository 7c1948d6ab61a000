import { bootMachine } from './machine';
import { waitForEtcd, waitForSsh } from './ready';
import { isEtcd, labHosts } from './spec';
import type { LabState } from './state';

/** Switches every machine on and waits until ssh answers and etcd is healthy. */
export async function bootAll(state: LabState): Promise<void> {
  const hosts = labHosts(state.spec, state.network);
  for (const host of hosts) bootMachine(state, host);
  await Promise.all(hosts.map(async (host) => waitForSsh(state, host)));
  await Promise.all(hosts.filter(isEtcd).map(async (host) => waitForEtcd(state, host)));
}
