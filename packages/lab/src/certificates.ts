import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './run';
import { isEtcd, isMaster, type LabHost } from './spec';

/** What a certificate may be used for; the lab's are exactly as narrow as those that OKD issues. */
const usages = {
  server: ['serverAuth'],
  peer: ['clientAuth', 'serverAuth'],
  client: ['clientAuth'],
} as const;

/**
 * `<pki>/HOST.{server,peer,client,api}.{crt,key}` and two CAs, `etcd-ca` and `openshift-ca`.
 * The server certificate is good for serverAuth ONLY: that is why etcd's JSON gateway, which dials its own
 * server with it, is dead on such clusters (503). A more generous lab would hide that.
 */
export async function issueCertificates(
  pki: string,
  hosts: readonly LabHost[],
  apiName: string,
): Promise<void> {
  mkdirSync(pki, { recursive: true, mode: 0o700 });
  await Promise.all([
    makeAuthority(pki, 'etcd-ca', 'etcd-signer'),
    makeAuthority(pki, 'openshift-ca', 'openshift-signer'),
  ]);
  const issues = hosts.flatMap((host) => [
    ...(isEtcd(host) ? [issue(pki, 'etcd-ca', host, 'server'), issue(pki, 'etcd-ca', host, 'peer')] : []),
    ...(isMaster(host)
      ? [
          issue(pki, 'etcd-ca', host, 'client'),
          issue(pki, 'openshift-ca', host, 'server', 'api', [apiName, 'localhost']),
        ]
      : []),
  ]);
  // The lab's own client: fills, dumps, asks for health.
  const outside: LabHost = { name: 'lab', hostname: 'lab', address: '127.0.0.1', role: 'master' };
  await Promise.all([...issues, issue(pki, 'etcd-ca', outside, 'client')]);
}

async function makeAuthority(pki: string, name: string, commonName: string): Promise<void> {
  const file = path.join(pki, name);
  await run([
    'openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-days', '1825', '-subj', `/CN=${commonName}`,
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=digitalSignature,keyCertSign,cRLSign',
    '-keyout', `${file}.key`, '-out', `${file}.crt`,
  ]); // prettier-ignore
}

async function issue(
  pki: string,
  authority: 'etcd-ca' | 'openshift-ca',
  host: LabHost,
  kind: keyof typeof usages,
  name: string = kind,
  moreNames: readonly string[] = [],
): Promise<void> {
  const file = path.join(pki, `${host.name}.${name}`);
  const names = [host.hostname, ...moreNames].map((dns) => `DNS:${dns}`);
  writeFileSync(
    `${file}.ext`,
    [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=digitalSignature,keyEncipherment',
      `extendedKeyUsage=${usages[kind].join(',')}`,
      `subjectAltName=IP:${host.address},${names.join(',')}`,
    ].join('\n'),
  );
  await run([
    'openssl', 'req', '-new', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-subj', `/CN=${host.hostname}`,
    '-keyout', `${file}.key`, '-out', `${file}.csr`,
  ]); // prettier-ignore
  chmodSync(`${file}.key`, 0o600);
  // A serial of its own each: a serial file would be shared by the parallel signings.
  await run([
    'openssl', 'x509', '-req', '-sha256', '-days', '1825', '-in', `${file}.csr`, '-extfile', `${file}.ext`,
    '-CA', path.join(pki, `${authority}.crt`), '-CAkey', path.join(pki, `${authority}.key`),
    '-set_serial', `0x${randomBytes(8).toString('hex')}`, '-out', `${file}.crt`,
  ]); // prettier-ignore
}
