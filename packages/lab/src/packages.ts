import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from './lab-error';
import { run } from './run';

/** Debian package → a command that it brings. */
const needed: Readonly<Record<string, string>> = {
  'systemd-container': 'systemd-nspawn',
  debootstrap: 'debootstrap',
  iproute2: 'ip',
  nftables: 'nft',
  openssl: 'openssl',
  'openssh-client': 'ssh-keyscan',
  forkstat: 'forkstat',
  'util-linux': 'nsenter',
  e2fsprogs: 'mkfs.ext4',
  curl: 'curl',
};

/** Installs what the lab needs from this machine's apt sources; whoever is not root is told the exact line. */
export async function ensureLabPackages(): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) throw new LabError(`packages are missing; as root: ${installLine(missing)}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'update'], { env });
  await run(['apt-get', 'install', '-y', '--no-install-recommends', ...missing], { env });
}

const installLine = (names: readonly string[]): string =>
  `apt-get update && apt-get install -y --no-install-recommends ${names.join(' ')}`;

function missingPackages(): string[] {
  return Object.entries(needed)
    .filter(([, command]) => !isInPath(command))
    .map(([name]) => name);
}

function isInPath(command: string): boolean {
  const dirs = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return dirs.some((dir) => dir !== '' && existsSync(path.join(dir, command)));
}

/** Can a lab stand here at all? (Missing packages do not count: `ensureLabPackages` brings them.) */
export function labAvailable(): { ok: true } | { ok: false; why: string } {
  if (process.platform !== 'linux') return { ok: false, why: 'the lab needs Linux' };
  if (process.getuid?.() !== 0) return { ok: false, why: 'the lab needs root (namespaces, cgroups, mounts)' };
  if (!existsSync('/usr/bin/apt-get'))
    return { ok: false, why: 'the lab needs Debian: it installs by apt-get' };
  const unified = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((dir) =>
    existsSync(`${dir}/cgroup.procs`),
  );
  if (unified === undefined)
    return { ok: false, why: 'the lab needs cgroup v2 (alone, or beside v1 at /sys/fs/cgroup/unified)' };
  if (!canMakeCgroup(unified))
    return { ok: false, why: `${unified} is read-only: cgroups can't be made here` };
  // Root without the rights of root, as in most containers.
  if (spawnSync('unshare', ['--mount', '--net', 'true']).status !== 0) {
    return { ok: false, why: 'namespaces and mounts are not allowed here (an unprivileged container?)' };
  }
  return { ok: true };
}

function canMakeCgroup(dir: string): boolean {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const options = mounts.find(([, where]) => where === dir)?.[3] ?? '';
  return !options.split(',').includes('ro');
}
