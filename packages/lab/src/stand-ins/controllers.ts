import os from 'node:os';
import { listen } from './api';
import type { Backend } from './backend';
import { log, reason } from './log';
import type { MasterConfig } from './read-master-config';

/** One of the controllers processes holds the lease (TTL `controllerLeaseTTL`) and renews it; the others wait for it. */
export async function startControllers(config: MasterConfig, backend: Backend): Promise<void> {
  await listen(8444, config, () => Promise.resolve({ status: 200, body: 'ok' }));
  // Without a TTL (a single master) there is no election.
  if (config.controllerLeaseTTL <= 0) return;
  const key = `${config.openShiftPrefix}/leases/controllers`;
  const id = `${os.hostname()}-${process.pid}`;
  const ttl = config.controllerLeaseTTL;
  let held = false;
  const round = async (): Promise<void> => {
    const now = held ? await backend.replace(key, id, id, ttl) : await backend.create(key, id, ttl);
    if (now !== held)
      log('I', now ? 'controllers lease acquired: starting' : 'controllers lease lost: stopping');
    held = now;
  };
  const report = (error: unknown): void => log('E', `controllers lease: ${reason(error)}`);
  await round().catch(report);
  setInterval(() => void round().catch(report), Math.min((ttl * 1000) / 3, 5000));
}
