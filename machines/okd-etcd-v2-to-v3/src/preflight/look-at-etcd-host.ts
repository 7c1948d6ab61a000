import { serverVersion, v3State } from '@pawl/etcd';
import type { ReadHost } from '@pawl/hosts';
import { lookAtEtcdSetup } from '@pawl/steps-etcd';
import type { EtcdHostFacts } from '../facts';

/** Everything about one etcd host that the run will rely on. Reads only. */
export async function lookAtEtcdHost(host: ReadHost): Promise<EtcdHostFacts> {
  const setup = await lookAtEtcdSetup(host);
  const [running, v3] = await Promise.all([
    serverVersion(host, setup.settings),
    v3State(host, setup.settings),
  ]);
  return { ...setup, running: running.server, v3 };
}
