import { randomUUID } from 'node:crypto';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import os from 'node:os';
import type { Backend } from './backend';
import { log, reason } from './log';
import type { MasterConfig } from './read-master-config';
import { sum } from './sum';

/** A master lease is renewed each 10 s and lives 15 s, as in Origin. */
const leaseSeconds = 15;
const renewMs = 10_000;

/** Serves on 8443 and keeps this master's lease, a write each 10 s: a running master is seen to be a writer. */
export async function startApi(config: MasterConfig, backend: Backend): Promise<void> {
  await renewMasterLease(config, backend);
  setInterval(() => {
    renewMasterLease(config, backend).catch((error: unknown) => log('E', `master lease: ${reason(error)}`));
  }, renewMs);
  await listen(8443, config, async (url, body) => answer(url, body, config, backend));
  log('I', `serving on 0.0.0.0:8443 from ${config.storage}`);
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

export function listen(
  port: number,
  { tls }: MasterConfig,
  respond: (url: URL, body: string) => Promise<Reply>,
): Promise<void> {
  const server = https.createServer({ cert: tls.cert, key: tls.key }, (request, response) => {
    serve(request, response, respond).catch((error: unknown) => {
      response.writeHead(500).end(reason(error));
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '0.0.0.0', resolve);
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  respond: (url: URL, body: string) => Promise<Reply>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { status, body } = await respond(
    new URL(request.url ?? '/', 'https://master'),
    Buffer.concat(chunks).toString(),
  );
  response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
}

/** `/healthz` says that it lives, `/healthz/ready` that etcd answers it; below `/lab/` is what tests ask for. */
async function answer(url: URL, body: string, config: MasterConfig, backend: Backend): Promise<Reply> {
  const key = url.searchParams.get('key') ?? '';
  switch (url.pathname) {
    case '/healthz':
      return { status: 200, body: 'ok' };
    case '/healthz/ready':
      return (await backend.get(defaultNamespace(config))) === undefined
        ? { status: 500, body: 'the default namespace is gone' }
        : { status: 200, body: 'ok' };
    case '/lab/probe':
      return writeThenRead(config, backend);
    case '/lab/get': {
      const value = await backend.get(key);
      return value === undefined ? { status: 404, body: `no ${key}` } : { status: 200, body: value };
    }
    case '/lab/put':
      await backend.put(key, url.searchParams.get('value') ?? body);
      return { status: 200, body: 'ok' };
    case '/lab/sum':
      return {
        status: 200,
        body: JSON.stringify(await sum(backend, [config.kubernetesPrefix, config.openShiftPrefix])),
      };
    case '/lab/storage':
      return { status: 200, body: config.storage };
    default:
      return { status: 404, body: `this stand-in does not serve ${url.pathname}` };
  }
}

/** One user request: a write, and it is there. */
async function writeThenRead(config: MasterConfig, backend: Backend): Promise<Reply> {
  const key = `${config.openShiftPrefix}/lab-probe/${os.hostname()}`;
  const value = randomUUID();
  await backend.put(key, value);
  const read = await backend.get(key);
  return read === undefined ? { status: 500, body: 'written, and not there' } : { status: 200, body: 'ok' };
}

export const defaultNamespace = (config: MasterConfig): string =>
  `${config.kubernetesPrefix}/namespaces/default`;

async function renewMasterLease(config: MasterConfig, backend: Backend): Promise<void> {
  const value = JSON.stringify({
    kind: 'Endpoints',
    apiVersion: 'v1',
    metadata: { creationTimestamp: null },
    subsets: [{ addresses: [{ ip: config.masterIP }], ports: null }],
  });
  await backend.put(`${config.kubernetesPrefix}/masterleases/${config.masterIP}`, value, leaseSeconds);
}
