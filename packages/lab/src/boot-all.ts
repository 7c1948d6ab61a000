import { execInside } from './exec-inside';
import { bootMachine } from './machine';
import { isEtcdHealthy, waitForSsh } from './ready';
import { isEtcd, labHosts, type LabHost } from './spec';
import type { LabState } from './state';
import { waitUntil } from './wait-until';

/** Switches every machine on and waits until ssh answers and etcd is healthy, or is kept from starting. */
export async function bootAll(state: LabState): Promise<void> {
  const hosts = labHosts(state.spec, state.network);
  for (const host of hosts) bootMachine(state, host);
  await Promise.all(hosts.map(async (host) => waitForSsh(state, host)));
  await Promise.all(hosts.filter(isEtcd).map(async (host) => waitForEtcd(state, host)));
}

async function waitForEtcd(state: LabState, host: LabHost): Promise<void> {
  await waitUntil(
    `etcd on ${host.name} is healthy`,
    async () => (await isKept(state, host)) || (await isEtcdHealthy(state, host)),
    { timeoutMs: 90_000, everyMs: 200 },
  );
}

/** Its start was tried since the boot, and an assertion of the unit said no: a lab that was saved in the middle of something. */
async function isKept(state: LabState, host: LabHost): Promise<boolean> {
  const show = ['systemctl', 'show', '-p', 'AssertResult', '-p', 'AssertTimestampMonotonic', 'etcd'];
  const { stdout } = await execInside(state, host, show, { allowFailure: true });
  return /^AssertResult=no$/m.test(stdout) && /^AssertTimestampMonotonic=[1-9]/m.test(stdout);
}
