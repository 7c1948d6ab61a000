import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { cgroupMembers, inCgroup, killCgroup } from './cgroups';
import { boundPrograms } from './bound-programs';
import { readIfThere } from './files';
import { controllerBinds, isController } from './controller-host';
import { controllerDir, hostDir } from './host-files/write-hosts';
import { LabError } from './lab-error';
import { bridgePort, enterNetwork } from './network';
import { isEtcd, type LabHost } from './spec';
import type { LabState } from './state';
import { waitUntil } from './wait-until';

/**
 * What stands above each machine. Its mounts are in a mount namespace of its own, so they end with it, however it
 * ends; its own /run/systemd keeps nspawn's bookkeeping of two labs (and the computer's) apart. A reboot from
 * inside ends nspawn with 133: it is started again. Everything else is the machine's end.
 *
 * Volatile: a sync on a host costs nothing. It would prove nothing either: a crash here is a killed PID 1, and what was
 * written outlives that in this computer's memory. Filling etcd is bound by syncs otherwise.
 */
const supervise = `
lower=$1 upper=$2 work=$3 root=$4 port=$5 image=$6 disk=$7; shift 7
mkdir -p /run/systemd && mount -t tmpfs -o mode=0755 pawl-lab /run/systemd || exit 125
rm -rf "$work/work/incompat" # the mark of a volatile mount that a killed machine left
mount -t overlay -o "lowerdir=$lower,upperdir=$upper,workdir=$work,volatile" pawl-lab "$root" || exit 125
[ -z "$image" ] || { mount -o loop "$image" "$disk" && chmod 700 "$disk"; } || exit 125
while :; do
  ip link delete "$port" 2>/dev/null # the stale one of a killed machine, if there is one
  "$@"; status=$?
  [ "$status" = 133 ] || exit "$status"
done`;

/** Switches a machine on. Returns at once; `waitForSsh` knows when it is there. */
export function bootMachine(state: LabState, host: LabHost): void {
  if (cgroupMembers(state.cgroups, host.name).length > 0)
    throw new LabError(`${host.name} is running already`);
  const dir = hostDir(state, host);
  const disk = diskOf(state, host);
  const dataDir = state.spec.dataDir ?? '/var/lib/etcd/';
  const argv = inCgroup(state.cgroups, host.name, [
    ...enterNetwork(state),
    ...['unshare', '--mount', '--propagation', 'private', 'sh', '-c', supervise, 'pawl-lab-machine'],
    ...[
      state.base,
      path.join(dir, 'upper'),
      path.join(dir, 'work'),
      path.join(dir, 'root'),
      bridgePort(host),
    ],
    ...[disk?.image ?? '', disk?.mount ?? ''],
    ...[
      'systemd-nspawn',
      '-q',
      '-D',
      path.join(dir, 'root'),
      '-b',
      '-M',
      host.name,
      `--hostname=${host.hostname}`,
    ],
    ...['--network-bridge=br0', '--register=no', '--keep-unit', '--resolv-conf=off', '--timezone=off'],
    ...['--link-journal=no', '--console=pipe', ...boundPrograms(state.spec.etcdBin)],
    ...(disk === undefined ? [] : [`--bind=${disk.mount}:${dataDir}`]),
    ...(isController(state.spec, host) ? controllerBinds(controllerDir(state)) : []),
  ]);
  const console = openSync(consoleLog(state, host), 'a');
  const [file = '', ...args] = argv;
  // It outlives us on purpose: a lab stands until `down`.
  const child = spawn(file, args, { detached: true, stdio: ['ignore', console, console], cwd: '/' });
  child.on('error', () => undefined); // Seen by whoever waits for the machine: its console log stays empty.
  child.unref();
  closeSync(console);
}

/** Power off in order (as the power button does), at most `timeoutMs`. */
export async function powerOff(state: LabState, host: LabHost, timeoutMs = 60_000): Promise<void> {
  const gone = (): Promise<boolean> => Promise.resolve(cgroupMembers(state.cgroups, host.name).length === 0);
  // SIGTERM makes nspawn ask the machine's systemd; killing nspawn itself would leave the machine running.
  for (const pid of cgroupMembers(state.cgroups, host.name, 'supervisor')) signal(pid, 'SIGTERM');
  await waitUntil(`${host.name} is powered off`, gone, { timeoutMs });
}

/** The power fails: only PID 1 of the machine is killed, and the kernel ends everything in it. The page cache survives. */
export async function crashMachine(state: LabState, host: LabHost): Promise<void> {
  signal(leaderPid(state, host), 'SIGKILL');
  await waitUntil(
    `nothing of ${host.name} runs`,
    () => Promise.resolve(cgroupMembers(state.cgroups, host.name).length === 0),
    { timeoutMs: 30_000, everyMs: 20 },
  );
}

/** Whatever state it is in: gone. */
export async function killMachine(state: LabState, host: LabHost): Promise<void> {
  await killCgroup(state.cgroups, host.name);
}

export function isRunning(state: LabState, host: LabHost): boolean {
  return findLeader(state, host) !== undefined;
}

/** The machine's PID 1, as this computer numbers it. */
export function leaderPid(state: LabState, host: LabHost): number {
  const pid = findLeader(state, host);
  if (pid === undefined) {
    throw new LabError(
      `${host.name} is not running: boot it first (its console: ${consoleLog(state, host)})`,
    );
  }
  return pid;
}

const consoleLog = (state: LabState, host: LabHost): string => path.join(hostDir(state, host), 'console.log');

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended in this moment by itself: what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH')
      throw new LabError(`${name} to ${pid}`, { cause: error });
  }
}

function findLeader(state: LabState, host: LabHost): number | undefined {
  return cgroupMembers(state.cgroups, host.name, 'payload').find((pid) => {
    return /^NSpid:\t\d+\t1$/m.test(readIfThere(`/proc/${pid}/status`));
  });
}

function diskOf(state: LabState, host: LabHost): { image: string; mount: string } | undefined {
  if (state.spec.etcdDiskMiB === undefined || !isEtcd(host)) return undefined;
  const mount = path.join(hostDir(state, host), 'disk');
  mkdirSync(mount, { recursive: true });
  return { image: path.join(hostDir(state, host), 'disk.img'), mount };
}
