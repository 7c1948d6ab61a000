import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHealthy, type Asked } from '../../src';
import { localHost } from './local-host';

export interface LocalEtcd extends Asked {
  readonly dataDir: string;
  readonly peerUrl: string;
  readonly name: string;
  stop(): Promise<void>;
}

/** Real etcd is part of these tests: where it is missing they fail and say so, they don't pass by leaving it out. */
export function requireEtcd(): void {
  for (const tool of ['etcd', 'etcdctl', 'curl', 'openssl']) {
    try {
      execFileSync('sh', ['-c', 'command -v "$1"', 'sh', tool], { stdio: 'ignore' });
    } catch (cause) {
      throw new Error(
        `${tool} is not installed here: apt-get install -y --no-install-recommends etcd-server etcd-client curl openssl`,
        { cause },
      );
    }
  }
}

/** A CA, a server certificate with serverAuth only and a peer certificate with both usages, as OKD issues them. */
export function makeCerts(directory: string): {
  readonly ca: string;
  readonly server: string;
  readonly peer: string;
} {
  const at = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore' });
  };
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=test-ca',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.crt'),
  );
  for (const [name, usage] of [
    ['server', 'serverAuth'],
    ['peer', 'serverAuth,clientAuth'],
  ] as const) {
    openssl(
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.csr`),
    );
    writeFileSync(at(`${name}.ext`), `extendedKeyUsage=${usage}\nsubjectAltName=IP:127.0.0.1\n`);
    openssl(
      'x509',
      '-req',
      '-days',
      '2',
      '-in',
      at(`${name}.csr`),
      '-CA',
      at('ca.crt'),
      '-CAkey',
      at('ca.key'),
      '-CAcreateserial',
      '-extfile',
      at(`${name}.ext`),
      '-out',
      at(`${name}.crt`),
    );
  }
  return { ca: at('ca.crt'), server: at('server'), peer: at('peer') };
}

export interface StartOptions {
  readonly directory: string;
  readonly certs: ReturnType<typeof makeCerts>;
  readonly name?: string;
  readonly ports?: readonly [number, number];
  readonly flags?: readonly string[];
  readonly initialCluster?: string;
}

export async function startEtcd(options: StartOptions): Promise<LocalEtcd> {
  const name = options.name ?? 'm1';
  const [client, peer] = options.ports ?? (await freePorts());
  const { certs } = options;
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const clientUrl = `https://127.0.0.1:${client}`;
  const peerUrl = `https://127.0.0.1:${peer}`;
  const child = spawn(
    'etcd',
    [
      '--name',
      name,
      '--data-dir',
      options.directory,
      '--enable-v2=true',
      '--heartbeat-interval=30',
      '--election-timeout=300',
      '--log-level=error',
      '--listen-client-urls',
      clientUrl,
      '--advertise-client-urls',
      clientUrl,
      '--listen-peer-urls',
      peerUrl,
      '--initial-advertise-peer-urls',
      peerUrl,
      '--initial-cluster',
      options.initialCluster ?? `${name}=${peerUrl}`,
      '--cert-file',
      `${certs.server}.crt`,
      '--key-file',
      `${certs.server}.key`,
      '--trusted-ca-file',
      certs.ca,
      '--client-cert-auth',
      '--peer-cert-file',
      `${certs.peer}.crt`,
      '--peer-key-file',
      `${certs.peer}.key`,
      '--peer-trusted-ca-file',
      certs.ca,
      '--peer-client-cert-auth',
      ...(options.flags ?? []),
    ],
    { stdio: 'ignore' },
  );
  const etcd: LocalEtcd = {
    name,
    dataDir: options.directory,
    peerUrl,
    clientEndpoint: clientUrl,
    certs: { ca: certs.ca, cert: `${certs.peer}.crt`, key: `${certs.peer}.key` },
    stop: () => stop(child),
  };
  for (let tries = 0; !(await isHealthy(localHost(), etcd)); tries++) {
    if (child.exitCode !== null || tries > 200) {
      await stop(child);
      throw new Error(`etcd did not get healthy (exit ${child.exitCode})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return etcd;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** Two ports that are free at the moment. */
export async function freePorts(): Promise<readonly [number, number]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [ports[0] ?? 0, ports[1] ?? 0];
}
