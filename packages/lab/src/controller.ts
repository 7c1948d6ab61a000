import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isController } from './controller-host';
import { run } from './run';
import type { Owner } from './host-files/upper-layer';
import { isEtcd, isMaster, type LabHost, type LabSpec } from './spec';

/**
 * The directory of whoever drives the lab: key, inventory, known_hosts. It is a HOME too (`.ssh/known_hosts`),
 * since that is where a controller looks. The hosts' private keys are kept here until each host has taken its own.
 */
export async function writeController(
  dir: string,
  hosts: readonly LabHost[],
  spec: LabSpec,
  api: string,
): Promise<void> {
  mkdirSync(path.join(dir, 'host-keys'), { recursive: true, mode: 0o700 });
  mkdirSync(path.join(dir, '.ssh'), { recursive: true, mode: 0o700 });
  await run([
    'ssh-keygen',
    '-q',
    '-t',
    'ed25519',
    '-N',
    '',
    '-C',
    'controller',
    '-f',
    path.join(dir, 'id_ed25519'),
  ]);
  writeFileSync(path.join(dir, 'inventory.ini'), inventory(hosts, spec, api, path.join(dir, 'id_ed25519')));
  symlinkSync('../known_hosts', path.join(dir, '.ssh/known_hosts'));
}

/** Written once the host keys exist. Where Pawl runs on a host, all of it is its user's there. */
export async function finishController(dir: string, hosts: readonly LabHost[], owner?: Owner): Promise<void> {
  writeKnownHosts(dir, hosts);
  if (owner !== undefined) await run(['chown', '-R', `${owner.uid}:${owner.gid}`, dir]);
}

function writeKnownHosts(dir: string, hosts: readonly LabHost[]): void {
  const lines = hosts.map((host) => {
    const [type, key] = readFileSync(path.join(dir, 'host-keys', `${host.name}.pub`), 'utf8').split(' ');
    return `${host.address},${host.hostname},${host.name} ${type} ${key}\n`;
  });
  writeFileSync(path.join(dir, 'known_hosts'), lines.join(''));
}

/** An OKD 3.6 inventory. Names, host names and addresses all differ, as they do where aliases are used. */
export function inventory(hosts: readonly LabHost[], spec: LabSpec, api: string, key: string): string {
  const user = spec.loginUser ?? 'pawl';
  const type = spec.masterUnits === 'atomic-openshift' ? 'openshift-enterprise' : 'origin';
  const line = (host: LabHost): string =>
    `${host.name} ansible_host=${host.address} ${isController(spec, host) ? 'ansible_connection=local ' : ''}openshift_ip=${host.address} openshift_hostname=${host.hostname}`;
  return `[OSEv3:children]
masters
etcd

[OSEv3:vars]
ansible_ssh_user=${user}
ansible_ssh_private_key_file=${key}
ansible_become=${user === 'root' ? 'false' : 'true'}
openshift_deployment_type=${type}
openshift_release=v3.6
${hosts.filter(isMaster).length > 1 ? 'openshift_master_cluster_method=native\n' : ''}openshift_master_cluster_hostname=${api}
openshift_master_cluster_public_hostname=${api}

[masters]
${hosts.filter(isMaster).map(line).join('\n')}

[etcd]
${hosts.filter(isEtcd).map(line).join('\n')}
`;
}
