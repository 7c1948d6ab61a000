import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from '../lab-error';
import { run } from '../run';
import type { LabHost, LabSpec } from '../spec';
import type { Owner, UpperLayer } from './upper-layer';

export interface CommonFiles {
  readonly upper: UpperLayer;
  readonly base: string;
  readonly host: LabHost;
  readonly hosts: readonly LabHost[];
  readonly spec: LabSpec;
  readonly apiName: string;
  readonly controllerDir: string;
}

/** What every host has: identity, address, names of the others, host key, whom it lets in. */
export async function writeCommonFiles({
  upper,
  base,
  host,
  hosts,
  spec,
  apiName,
  controllerDir,
}: CommonFiles): Promise<void> {
  upper.file('/etc/hostname', `${host.hostname}\n`);
  upper.file('/etc/machine-id', `${randomBytes(16).toString('hex')}\n`, { mode: 0o444 });
  upper.file('/etc/lab-network', `ADDRESS=${host.address}\n`);
  const api = hosts.find((other) => other.role !== 'etcd');
  const names = hosts.map((other) => `${other.address} ${other.hostname} ${other.name}`);
  if (api !== undefined) names.push(`${api.address} ${apiName}`);
  upper.file('/etc/hosts', ['127.0.0.1 localhost', ...names, ''].join('\n'));
  const key = path.join(controllerDir, 'host-keys', host.name);
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', host.hostname, '-f', key]);
  upper.file('/etc/ssh/ssh_host_ed25519_key', readFileSync(key), { mode: 0o600 });
  upper.file('/etc/ssh/ssh_host_ed25519_key.pub', readFileSync(`${key}.pub`));
  const letIn = readFileSync(path.join(controllerDir, 'id_ed25519.pub'));
  // Debian's sudo has it on, EL7's does not.
  const usePty = spec.sudoUsePty === true ? 'use_pty' : '!use_pty';
  upper.file('/etc/sudoers.d/lab-terminal', `Defaults ${usePty}\n`, { mode: 0o440 });
  if (spec.rootLogin === false) upper.file('/etc/ssh/sshd_config.d/lab.conf', 'PermitRootLogin no\n');
  upper.directory('/root/.ssh', { mode: 0o700 });
  upper.file('/root/.ssh/authorized_keys', letIn, { mode: 0o600 });
  for (const user of ['pawl', 'askpass']) {
    upper.file(`/home/${user}/.ssh/authorized_keys`, letIn, { mode: 0o600, owner: userOf(base, user) });
  }
}

/** uid and gid of a user of the base image. */
export function userOf(base: string, name: string): Owner {
  const line = readFileSync(path.join(base, 'etc/passwd'), 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new LabError(`the base image has no user ${name}`);
  return { uid: Number(uid), gid: Number(gid) };
}
