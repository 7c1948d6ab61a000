import { readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync, mkdirSync, chmodSync } from 'node:fs';
import path from 'node:path';
import { run } from './run';

/** Raise it with every change here: it names the cached image. */
export const prepareVersion = 5;

/** Units that a machine without devices, logins or a clock of its own only waits for. */
const masked = [
  'systemd-udevd.service', 'systemd-udevd-kernel.socket', 'systemd-udevd-control.socket', 'systemd-udev-trigger.service',
  'systemd-logind.service', 'systemd-resolved.service', 'systemd-timesyncd.service', 'systemd-networkd.service',
  'systemd-networkd-wait-online.service', 'systemd-firstboot.service', 'systemd-hwdb-update.service', 'ldconfig.service',
  'systemd-journal-catalog-update.service', 'systemd-update-done.service', 'systemd-pstore.service',
  'getty.target', 'getty@.service', 'console-getty.service',
]; // prettier-ignore

const network = `[Unit]
Description=The address of this lab host
DefaultDependencies=no
After=local-fs.target
Before=network-pre.target network.target
Wants=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
EnvironmentFile=/etc/lab-network
ExecStart=/usr/sbin/ip link set lo up
ExecStart=/usr/sbin/ip addr add \${ADDRESS}/24 dev host0
ExecStart=/usr/sbin/ip link set host0 up

[Install]
WantedBy=multi-user.target
`;

/** Turns a fresh Debian into the image of a lab host: quiet, quick to boot, nothing of etcd enabled. */
export async function prepareBase(base: string): Promise<void> {
  const system = path.join(base, 'etc/systemd/system');
  const wants = path.join(system, 'multi-user.target.wants');
  for (const name of [
    'etcd2.service',
    'multi-user.target.wants/etcd.service',
    'multi-user.target.wants/e2scrub_reap.service',
  ]) {
    rmSync(path.join(system, name), { force: true });
  }
  rmSync(path.join(system, 'timers.target.wants'), { recursive: true, force: true });
  for (const unit of masked) {
    rmSync(path.join(system, unit), { force: true });
    symlinkSync('/dev/null', path.join(system, unit));
  }
  // Run anew at every daemon-reload, which a run makes a dozen of: a tenth of all that a lab costs, and they find nothing here.
  const generators = path.join(base, 'etc/systemd/system-generators');
  mkdirSync(generators, { recursive: true });
  for (const name of readdirSync(path.join(base, 'usr/lib/systemd/system-generators')))
    symlinkSync('/dev/null', path.join(generators, name));
  writeFileSync(path.join(system, 'lab-network.service'), network);
  symlinkSync('../lab-network.service', path.join(wants, 'lab-network.service'));
  // Every host gets keys, and a machine-id, of its own. (An empty machine-id means "first boot": units are preset anew.)
  for (const name of readdirSync(path.join(base, 'etc/ssh'))) {
    if (name.startsWith('ssh_host_')) rmSync(path.join(base, 'etc/ssh', name));
  }
  // Debian runs scripts at each login to greet; EL7 does not, and each is a program more that the observer sees.
  const pam = path.join(base, 'etc/pam.d/sshd');
  const lines = readFileSync(pam, 'utf8').split('\n');
  writeFileSync(pam, lines.filter((line) => !line.includes('pam_motd.so')).join('\n'));
  await addUsers(base);
}

/** `pawl`: sudo without a password. `askpass`: the host on which sudo asks (its password is `askpass`). */
async function addUsers(base: string): Promise<void> {
  for (const user of ['pawl', 'askpass']) {
    await run(['chroot', base, 'useradd', '--create-home', '--shell', '/bin/bash', user]);
    mkdirSync(path.join(base, 'home', user, '.ssh'), { mode: 0o700 });
    await run(['chroot', base, 'chown', `${user}:${user}`, `/home/${user}/.ssh`]);
  }
  await run(['chroot', base, 'chpasswd'], { stdin: 'askpass:askpass\n' });
  const sudoers = path.join(base, 'etc/sudoers.d/lab');
  writeFileSync(sudoers, 'pawl ALL=(ALL) NOPASSWD: ALL\naskpass ALL=(ALL) ALL\n');
  chmodSync(sudoers, 0o440);
}
