import type { Lab } from '@pawl/lab';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sh } from '../../../../test/lab/lab-hosts';

export interface Faulty {
  /** `peer` is what Pawl and the other members show etcd, `server` what etcd shows its clients. */
  readonly kind: 'peer' | 'server';
  readonly fault: 'another CA' | 'expired' | 'another name';
}

/** Puts a faulty certificate in the place of one of etcd1's; etcd reads its own at its next start. `undo` puts the good one back. */
export async function faultyCertificate(
  lab: Lab,
  { kind, fault }: Faulty,
): Promise<{ undo(): Promise<void> }> {
  const dir = mkdtempSync(path.join(tmpdir(), 'pawl-faulty-'));
  try {
    issue(dir, path.join(lab.dir, 'pki', 'etcd-ca'), { kind, fault }, lab.host('etcd1').address);
    for (const end of ['crt', 'key'])
      await lab.exec(
        'etcd1',
        ['sh', '-c', `cd /etc/etcd; cp -a ${kind}.${end} ${kind}.${end}.good; cat >${kind}.${end}`],
        { stdin: readFileSync(path.join(dir, `new.${end}`)) },
      );
  } finally {
    rmSync(dir, { recursive: true });
  }
  return {
    undo: async () => {
      await sh(lab, 'etcd1', `cd /etc/etcd; for e in crt key; do mv ${kind}.$e.good ${kind}.$e; done`);
    },
  };
}

function issue(dir: string, authority: string, { kind, fault }: Faulty, address: string): void {
  const at = (name: string): string => path.join(dir, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  let ca = authority;
  if (fault === 'another CA') {
    ca = at('other');
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=other'],
      ...['-keyout', `${ca}.key`, '-out', `${ca}.crt`],
    );
  }
  const names = fault === 'another name' ? 'DNS:nobody.lab' : `IP:${address},DNS:etcd1.lab`;
  writeFileSync(
    at('ca.cnf'),
    `[ca]\ndefault_ca = d\n[d]\ndatabase = ${at('index')}\nnew_certs_dir = ${dir}\nrand_serial = yes\ndefault_md = sha256
policy = p\n[p]\ncommonName = supplied\n[x]\nbasicConstraints = critical,CA:FALSE
extendedKeyUsage = ${kind === 'peer' ? 'clientAuth,serverAuth' : 'serverAuth'}\nsubjectAltName = ${names}\n`,
  );
  writeFileSync(at('index'), '');
  openssl(
    ...['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=etcd1.lab'],
    ...['-keyout', at('new.key'), '-out', at('new.csr')],
  );
  const life =
    fault === 'expired' ? ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z'] : ['-days', '2'];
  openssl(
    ...['ca', '-batch', '-notext', '-config', at('ca.cnf'), '-extensions', 'x', ...life],
    ...['-cert', `${ca}.crt`, '-keyfile', `${ca}.key`, '-in', at('new.csr'), '-out', at('new.crt')],
  );
}
