import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { etcdConf, etcdUnit } from './etcd-files';
import { onHost } from './host-tree';
import { masterConfig, masterUnit, MASTER_FILES, MASTER_UNITS, sysconfig } from './master-files';
import type { Shape, ShapeHost } from './shape';
import { installStubs } from './stub';

/** etcd's own user, whose files its data is. */
const ETCD_ID = 985;

/** All that a host has of its own, as OKD 3.6 leaves it, units enabled and not yet started. */
export function writeHostFiles(tree: string, host: ShapeHost, shape: Shape): void {
  for (const there of ['/etc/systemd/system/multi-user.target.wants', '/var/lib', '/usr/local'])
    mkdirSync(onHost(tree, there), { recursive: true });
  emptyRun(tree);
  installStubs(tree);
  const file = (there: string, text: string, mode = 0o644): void => {
    mkdirSync(path.dirname(onHost(tree, there)), { recursive: true });
    writeFileSync(onHost(tree, there), text);
    chmodSync(onHost(tree, there), mode);
  };
  file('/etc/machine-id', `${createHash('md5').update(host.name).digest('hex')}\n`);
  file(
    '/etc/passwd',
    `root:x:0:0:root:/root:/bin/sh\netcd:x:${ETCD_ID}:${ETCD_ID}::/var/lib/etcd:/sbin/nologin\n`,
  );
  file('/etc/group', `root:x:0:\netcd:x:${ETCD_ID}:\n`);
  file('/etc/nsswitch.conf', 'passwd: files\ngroup: files\n');
  // On Debian awk is a link through it.
  const awk = '/etc/alternatives/awk';
  if (existsSync(awk)) {
    mkdirSync(onHost(tree, path.dirname(awk)), { recursive: true });
    symlinkSync(readlinkSync(awk), onHost(tree, awk));
  }
  if (existsSync('/etc/ld.so.cache')) cpSync('/etc/ld.so.cache', onHost(tree, '/etc/ld.so.cache'));
  const unit = (name: string, text: string): void => {
    file(`/etc/systemd/system/${name}.service`, text);
    symlinkSync(
      `/etc/systemd/system/${name}.service`,
      onHost(tree, `/etc/systemd/system/multi-user.target.wants/${name}.service`),
    );
  };
  if (host.role === 'etcd') {
    file('/etc/etcd/etcd.conf', etcdConf(host, shape));
    for (const name of ['ca.crt', 'peer.crt', 'peer.key', 'server.crt', 'server.key'])
      file(`/etc/etcd/${name}`, `${name}\n`, 0o600);
    mkdirSync(onHost(tree, '/var/lib/etcd'), { mode: 0o700 });
    chownSync(onHost(tree, '/var/lib/etcd'), ETCD_ID, ETCD_ID);
    unit('etcd', etcdUnit);
    return;
  }
  for (const [name, text] of Object.entries(MASTER_FILES)) file(`/etc/origin/master/${name}`, text, 0o600);
  file('/etc/origin/master/master-config.yaml', masterConfig(host, shape), 0o600);
  for (const name of MASTER_UNITS) {
    file(`/etc/sysconfig/${name}`, sysconfig);
    unit(name, masterUnit(name));
  }
}

/** As it is after a boot. */
export function emptyRun(tree: string): void {
  rmSync(onHost(tree, '/run'), { recursive: true, force: true });
  mkdirSync(onHost(tree, '/run/systemd/system'), { recursive: true });
}
