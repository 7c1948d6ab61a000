import { EtcdError, isHealthy } from '@pawl/etcd';
import type { EtcdSettings } from '@pawl/etcd';
import type { ReadHost } from '@pawl/hosts';
import { lookAtEtcdSetup } from '@pawl/steps-etcd';
import type { EtcdHostFacts } from '../facts';

/** Everything about one etcd host that the run will rely on; etcd may be up, down or broken. Reads only. */
export async function lookAtEtcdHost(host: ReadHost): Promise<EtcdHostFacts> {
  const setup = await lookAtEtcdSetup(host);
  const [healthy, forcedBy] = await Promise.all([
    answers(host, setup.settings),
    forced(host, setup.settings),
  ]);
  return { ...setup, healthy, forcedBy };
}

/** A member that answers with an error is not healthy: why it isn't is of no matter to one that will be replaced. */
async function answers(host: ReadHost, settings: EtcdSettings): Promise<boolean> {
  try {
    return await isHealthy(host, settings);
  } catch (error) {
    if (error instanceof EtcdError) return false;
    throw error;
  }
}

async function forced(host: ReadHost, settings: EtcdSettings): Promise<EtcdHostFacts['forcedBy']> {
  if (!settings.forceNewCluster) return null;
  if (settings.configFile === null) return 'elsewhere';
  const found = await host.read(['grep', '-c', '^[[:space:]]*ETCD_FORCE_NEW_CLUSTER=', settings.configFile]);
  return found.exit === 0 ? 'etcd.conf' : 'elsewhere';
}
