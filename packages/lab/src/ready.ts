import path from 'node:path';
import { apiName, pkiDir } from './host-files/write-hosts';
import { enterNetwork } from './network';
import { run } from './run';
import type { LabHost } from './spec';
import type { LabState } from './state';
import { waitUntil } from './wait-until';

/** sshd answers with a host key over the lab's network. */
export async function waitForSsh(state: LabState, host: LabHost): Promise<void> {
  const scan = [...enterNetwork(state), 'ssh-keyscan', '-T', '1', '-t', 'ed25519', host.address];
  await waitUntil(
    `${host.name} answers by ssh`,
    async () => (await run(scan, { allowFailure: true })).stdout !== '',
    { timeoutMs: 60_000, everyMs: 150 },
  );
}

/** The member says that it is healthy: it has a leader and committed an entry. */
export async function isEtcdHealthy(state: LabState, host: LabHost): Promise<boolean> {
  const { body } = await etcdGet(state, host, '/health');
  return /"health": ?"true"/.test(body);
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** GET from a member as an outside client with a certificate. */
export async function etcdGet(state: LabState, host: LabHost, where: string): Promise<HttpAnswer> {
  const file = (name: string): string => path.join(pkiDir(state), name);
  const client = [
    '--cacert',
    file('etcd-ca.crt'),
    '--cert',
    file('lab.client.crt'),
    '--key',
    file('lab.client.key'),
  ];
  return curl(state, [...client, `https://${host.address}:2379${where}`]);
}

/** GET from a master's API stand-in. */
export async function apiGet(state: LabState, host: LabHost, where: string): Promise<HttpAnswer> {
  const resolve = `${host.hostname}:8443:${host.address}`;
  const ca = path.join(pkiDir(state), 'openshift-ca.crt');
  return curl(state, ['--cacert', ca, '--resolve', resolve, `https://${host.hostname}:8443${where}`]);
}

export async function waitForApi(state: LabState, host: LabHost): Promise<void> {
  await waitUntil(
    `the API of ${host.name} (${apiName(state)}) is ready`,
    async () => (await apiGet(state, host, '/healthz/ready')).body === 'ok',
    { timeoutMs: 90_000, everyMs: 200 },
  );
}

async function curl(state: LabState, args: readonly string[]): Promise<HttpAnswer> {
  const argv = [
    ...enterNetwork(state),
    'curl',
    '--silent',
    '--show-error',
    '--max-time',
    '30',
    '--write-out',
    '\n%{http_code}',
    ...args,
  ];
  const { stdout } = await run(argv);
  const end = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}
