import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultNamespace, startApi } from './api';
import { openBackend, type Backend } from './backend';
import { startControllers } from './controllers';
import { log, reason } from './log';
import { readMasterConfig, type MasterConfig } from './read-master-config';

/** `openshift start master [api|controllers] --config=FILE …`: what a master of OKD 3.6 shows to the world. */
async function main(args: readonly string[]): Promise<void> {
  process.on('SIGTERM', () => process.exit(0));
  const file = args.find((arg) => arg.startsWith('--config='))?.slice('--config='.length);
  if (args[1] !== 'master' || file === undefined) throw new Error(`unknown: openshift ${args.join(' ')}`);
  const config = readMasterConfig(file);
  const backend = openBackend(config);
  await etcdHoldsACluster(config, backend);
  if (args[2] !== 'controllers') await startApi(config, backend);
  if (args[2] !== 'api') await startControllers(config, backend);
  notifyReady();
}

/** A master on an empty store would quietly begin a new cluster; this one refuses, so that a test sees the loss. */
async function etcdHoldsACluster(config: MasterConfig, backend: Backend): Promise<void> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const found = await backend.get(defaultNamespace(config)).then(
      (value) => (value === undefined ? `${defaultNamespace(config)} is not in ${config.storage}` : 'found'),
      (error: unknown) => `could not reach etcd(${config.storage}): ${reason(error)}`,
    );
    if (found === 'found') return;
    log('W', found);
    if (Date.now() > deadline) throw new Error(found);
    await sleep(500);
  }
}

/** Type=notify: `systemctl start` returns when this was said. */
function notifyReady(): void {
  if (process.env['NOTIFY_SOCKET'] === undefined) return;
  execFile('systemd-notify', ['--ready'], (error) => {
    if (error !== null) log('E', `systemd-notify: ${reason(error)}`);
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  log('F', reason(error));
  process.exit(255);
});
