import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { v2Path, type Asked } from '../../src';

/** A key, its value (undefined: a directory), a query. */
export type V2Put = readonly [key: string, value: string | undefined, query?: string];

/** PUTs one after the other, in order. */
export async function putV2(etcd: Asked, puts: readonly V2Put[]): Promise<void> {
  const { certs } = etcd;
  if (certs === null) throw new Error('TLS is part of these tests');
  const agent = new Agent({
    keepAlive: true,
    ca: readFileSync(certs.ca),
    cert: readFileSync(certs.cert),
    key: readFileSync(certs.key),
  });
  try {
    for (const [key, value, query] of puts) {
      const body = value === undefined ? 'dir=true' : `value=${encodeURIComponent(value)}`;
      await put(`${etcd.clientEndpoint}${v2Path(key, query)}`, body, agent);
    }
  } finally {
    agent.destroy();
  }
}

function put(url: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(url, { method: 'PUT', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => {
        if (answer.statusCode === 200 || answer.statusCode === 201) resolve();
        else reject(new Error(`PUT: ${String(answer.statusCode)}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
